using ResNetService.Benchmarks.Commands;

return await BenchmarksCommand.RunAsync(args, Console.Out, Console.Error);
