# Runs the simulator with whatever arguments follow: .\run-sim.ps1 exec firmware/prebuilt/demo.elf
# Works in Windows PowerShell 5.1 and in PowerShell 7; without arguments it runs the main job.
$project = Join-Path $PSScriptRoot 'src/FreeML.Sim.Cli'
$words = if ($args.Count -eq 0) { @('run') } else { $args }
& dotnet run -c Release --project $project -- @words
exit $LASTEXITCODE
