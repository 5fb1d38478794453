@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0reconcile;%~dp0;%PATH%"
where reconcile >nul 2>nul
if errorlevel 1 goto missing
set "FILES=%~1"
if "%~1"=="" set "FILES=%~dp0发出"
if not exist "%FILES%" goto empty
for %%F in ("%FILES%") do pushd "%%~dpF"
set "PLAN=%CD%\总台账.xlsx"
if not exist "%PLAN%" set "PLAN=%~dp0总台账.xlsx"
if not exist "%PLAN%" goto empty
reconcile mail "%FILES%" --plan "%PLAN%" -o "邮件"
if errorlevel 3 goto show
if errorlevel 1 goto end
:show
start "" "邮件"
goto end
:empty
echo 请把“发出”或“退回_…”文件夹，或“汇总_….xlsx”，拖到这个图标上。
echo 总台账.xlsx 要放在它旁边。只写草稿和清单，不会发送。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
