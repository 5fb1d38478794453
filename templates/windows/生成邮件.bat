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
"%RUN%" mail "%~1" --plan "%PLAN%" --open
goto end
:dropped
set "PLAN=%~1"
:own
if not exist "%PLAN%" goto empty
"%RUN%" mail --plan "%PLAN%" --open
goto end
:empty
echo 请把总台账（寄本期的填报表），或“退回_…”文件夹、“汇总_….xlsx”，拖到这个图标上。
echo 总台账.xlsx 要放在它旁边。草稿和清单写在 邮件_第二季度，名字带时段；不会发送。
echo 拖来的文件找不到时：文件名或文件夹名里如有 ^& ^^ %% 符号，请先改名。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再到程序所在的文件夹里运行 pip install .
:end
echo.
pause
exit
