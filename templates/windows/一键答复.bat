@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0reconcile;%~dp0;%PATH%"
where reconcile >nul 2>nul
if errorlevel 1 goto missing
if "%~1"=="" goto empty
pushd "%~dp1"
if not exist "我的总台账.xlsx" goto empty
if not exist "收回" goto empty
reconcile merge "我的总台账.xlsx" "收回" --answer "%~1"
if errorlevel 3 goto show
if errorlevel 1 goto end
:show
start "" "答复_%~n1.xlsx"
goto end
:empty
echo 请把上级发来的填报表拖到这个图标上。
echo 我的总台账.xlsx（用“下发分解”做的）和收回文件夹要放在它旁边；答复写在“答复_”开头的文件里。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
