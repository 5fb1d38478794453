@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0reconcile;%~dp0;%PATH%"
where reconcile >nul 2>nul
if errorlevel 1 goto missing
set "PLAN=%~dp0总台账.xlsx"
set "INBOX=%~dp0收回"
if "%~1"=="" goto found
if exist "%~1\" goto folder
set "PLAN=%~1"
set "INBOX=%~dp1收回"
goto found
:folder
set "PLAN=%~dp1总台账.xlsx"
set "INBOX=%~1"
:found
if not exist "%PLAN%" goto empty
for %%F in ("%PLAN%") do pushd "%%~dpF"
reconcile fetch "%INBOX%" --plan "%PLAN%"
goto end
:empty
echo 请把总台账拖到这个图标上；“设置”表要填好收件服务器和发件邮箱。
echo 取回的信会写进总台账旁边的“收回”文件夹。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
