using BenchmarkDotNet.Running;
using FreeML.Sim.Benchmarks;

if (args is ["study", .. var study])
{
    Studies.Run(study);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(EngineBenchmarks).Assembly).Run(args);
}
