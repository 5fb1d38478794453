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
if not exist "%INBOX%" goto empty
for %%F in ("%PLAN%") do pushd "%%~dpF"
set "OUT="
reconcile merge "%PLAN%" "%INBOX%"
if errorlevel 3 goto show
if errorlevel 1 goto end
:show
for /f "delims=" %%F in ('dir /b /od "汇总_*.xlsx" "summary_*.xlsx" 2^>nul') do set "OUT=%%F"
if defined OUT start "" "%OUT%"
goto end
:empty
echo 请把总台账（或“收回”文件夹）拖到这个图标上。
echo 总台账.xlsx 和收回文件夹要放在同一处；汇总和退回件的名字带时段：汇总_第二季度.xlsx。
goto end
:missing
echo 找不到 reconcile。请把 reconcile 文件夹放在这个文件旁边，
echo 或者先安装 Python，再运行 pip install reconcile。
:end
echo.
pause
