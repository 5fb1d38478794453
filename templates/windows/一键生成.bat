@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0reconcile;%~dp0;%PATH%"
where reconcile >nul 2>nul
if errorlevel 1 goto missing
set "PLAN=%~1"
if "%~1"=="" set "PLAN=%~dp0总台账.xlsx"
if not exist "%PLAN%" goto empty
for %%F in ("%PLAN%") do pushd "%%~dpF"
reconcile generate "%PLAN%" -o "发出"
goto end
:empty
echo 请把核对过的总台账拖到这个图标上；或把它改名为 总台账.xlsx，放在这个文件旁边再双击。
echo 填报表会写进总台账旁边的“发出”文件夹。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
