using FreeML.Sim.Cli;

using CancellationTokenSource interrupt = new();
Console.CancelKeyPress += (_, key) =>
{
    // The first time there is something to tell; whoever asks twice is not made to wait.
    key.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
};
using Terminal terminal = Terminal.OfProcess(interrupt.Token);
return Application.Run(args, terminal);
