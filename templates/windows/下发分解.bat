@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0reconcile;%~dp0;%PATH%"
where reconcile >nul 2>nul
if errorlevel 1 goto missing
if "%~1"=="" goto empty
pushd "%~dp1"
reconcile delegate "%~1" -o "我的总台账.xlsx"
goto end
:empty
echo 请把收到的填报表拖到这个图标上。
echo 会在它旁边写出 我的总台账.xlsx，供指派给下属单位。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
