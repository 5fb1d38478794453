@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0reconcile;%~dp0;%PATH%"
where reconcile >nul 2>nul
if errorlevel 1 goto missing
if "%~1"=="" goto empty
pushd "%~dp1"
reconcile extract "%~1" -o "总台账.xlsx"
goto end
:empty
echo 请把计划（PDF、Excel 或 Word 文件）拖到这个图标上。
echo 总台账会写在计划旁边。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
