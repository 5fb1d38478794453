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
if exist "%~dp1我的总台账.xlsx" goto kept
"%RUN%" delegate "%~1" -o "%~dp1我的总台账.xlsx"
goto end
:kept
echo 我的总台账.xlsx 已经有了，全年都用它，不用再做。
echo 请打开它，把“设置”的“本期”改成新的时段，清空“收回”，再用 一键生成、一键答复。
goto end
:empty
echo 请把收到的填报表拖到这个图标上。
echo 会在它旁边写出 我的总台账.xlsx，供指派给下属单位。
echo 拖来的文件找不到时：文件名或文件夹名里如有 ^& ^^ %% 符号，请先改名。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再到程序所在的文件夹里运行 pip install .
:end
echo.
pause
exit
