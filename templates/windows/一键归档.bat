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
if not exist "%INBOX%" goto empty
"%RUN%" close "%PLAN%" "%INBOX%"
goto end
:empty
echo 请把总台账（或“收回”文件夹）拖到这个图标上。
echo 时段取“设置”的“本期”，汇总要先做好；封存在总台账旁边的“归档”文件夹里。
echo 归档以后：清空“收回”，把“设置”的“本期”改成下一个时段，再拖同样的文件。
echo 拖来的文件找不到时：文件名或文件夹名里如有 ^& ^^ %% 符号，请先改名。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再到程序所在的文件夹里运行 pip install .
:end
echo.
pause
exit
