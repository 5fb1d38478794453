@echo off
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
cd /d "%SystemRoot%"
"%SystemRoot%\System32\chcp.com" 65001 >nul
set "RUN=%~dp0reconcile\reconcile.exe"
if not exist "%RUN%" for %%P in (reconcile.exe) do set "RUN=%%~$PATH:P"
if not defined RUN goto missing
if not defined RECONCILE_LANG set "RECONCILE_LANG=zh"
set "PLAN=%~1"
if "%~1"=="" set "PLAN=%~dp0总台账.xlsx"
if not exist "%PLAN%" goto empty
"%RUN%" generate "%PLAN%"
goto end
:empty
echo 请把核对过的总台账拖到这个图标上；或把它改名为 总台账.xlsx，放在这个文件旁边再双击。
echo 时段取“设置”的“本期”；填报表写进总台账旁边的 发出_第二季度 文件夹，名字带时段。
echo 拖来的文件找不到时：文件名或文件夹名里如有 ^& ^^ %% 符号，请先改名。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再到程序所在的文件夹里运行 pip install .
:end
echo.
pause
exit
