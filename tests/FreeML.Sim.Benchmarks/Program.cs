using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FreeML.Sim.Benchmarks;

if (args is ["study", .. var study])
{
    Studies.Run(study);
}
else
{
    // In this process: to build all projects anew for each class of benchmarks takes longer than to run them.
    IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator());
    BenchmarkSwitcher.FromAssembly(typeof(EngineBenchmarks).Assembly).Run(args, config);
}
