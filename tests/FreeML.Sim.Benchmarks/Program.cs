using BenchmarkDotNet.Running;
using FreeML.Sim.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(InterpreterBenchmarks).Assembly).Run(args);
