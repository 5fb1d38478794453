@echo off
setlocal EnableExtensions DisableDelayedExpansion
set "NoDefaultCurrentDirectoryInExePath=1"
cd /d "%SystemRoot%"
"%SystemRoot%\System32\chcp.com" 65001 >nul
set "RUN=%~dp0reconcile\reconcile.exe"
if not exist "%RUN%" for %%P in (reconcile.exe) do set "RUN=%%~$PATH:P"
if not defined RUN goto missing
if not defined RECONCILE_LANG set "RECONCILE_LANG=zh"
if "%~1"=="" goto empty
if not exist "%~1" goto empty
set "HERE=%~dp1"
if not exist "%HERE%我的总台账.xlsx" goto empty
if not exist "%HERE%收回" goto empty
"%RUN%" merge "%HERE%我的总台账.xlsx" "%HERE%收回" --answer "%~1"
if not errorlevel 0 goto end
if errorlevel 3 goto show
if errorlevel 1 goto end
:show
start "" "%HERE%答复_%~n1.xlsx"
goto end
:empty
echo 请把上级发来的填报表拖到这个图标上。
echo 我的总台账.xlsx（用“下发分解”做的）和收回文件夹要放在它旁边；答复写在“答复_”开头的文件里。
echo 拖来的文件找不到时：文件名或文件夹名里如有 ^& ^^ %% 符号，请先改名。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再到程序所在的文件夹里运行 pip install .
:end
echo.
pause
exit
