@echo off
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
cd /d "%SystemRoot%"
"%SystemRoot%\System32\chcp.com" 65001 >nul
set "RUN=%~dp0reconcile\reconcile.exe"
if not exist "%RUN%" for %%P in (reconcile.exe) do set "RUN=%%~$PATH:P"
if not defined RUN goto missing
if not defined RECONCILE_LANG set "RECONCILE_LANG=zh"
set "PLAN=%~dp0总台账.xlsx"
if "%~1"=="" goto own
if not exist "%~1" goto empty
if "%~nx1"=="总台账.xlsx" goto dropped
if exist "%~dp1总台账.xlsx" set "PLAN=%~dp1总台账.xlsx"
if not exist "%PLAN%" goto empty
"%RUN%" mail "%~1" --plan "%PLAN%"
if not errorlevel 0 goto end
if errorlevel 3 goto ask
if errorlevel 1 goto end
:ask
echo.
echo 上面是要发的；发送清单和草稿在“邮件_…”文件夹里，可以先打开看。
"%SystemRoot%\System32\choice.exe" /c YN /n /m "Y = 发送，N = 不发送: "
if errorlevel 2 goto end
if not errorlevel 1 goto end
"%RUN%" mail "%~1" --plan "%PLAN%" --send
goto end
:dropped
set "PLAN=%~1"
:own
if not exist "%PLAN%" goto empty
"%RUN%" mail --plan "%PLAN%"
if not errorlevel 0 goto end
if errorlevel 3 goto askown
if errorlevel 1 goto end
:askown
echo.
echo 上面是要发的；发送清单和草稿在“邮件_…”文件夹里，可以先打开看。
"%SystemRoot%\System32\choice.exe" /c YN /n /m "Y = 发送，N = 不发送: "
if errorlevel 2 goto end
if not errorlevel 1 goto end
"%RUN%" mail --plan "%PLAN%" --send
goto end
:empty
echo 请把总台账（寄本期的填报表），或“退回_…”文件夹、“汇总_….xlsx”，拖到这个图标上。
echo 总台账.xlsx 要放在它旁边，“设置”表要填好发件服务器和发件邮箱。
echo 拖来的文件找不到时：文件名或文件夹名里如有 ^& ^^ %% 符号，请先改名。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再到程序所在的文件夹里运行 pip install .
:end
echo.
pause
exit
