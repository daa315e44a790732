using Spectre.Console;

namespace ResNetService.Modeling.Commands;

/// <summary>Shows how far a long task has come: a bar on a terminal, a line for every tenth part elsewhere. Always on standard error.</summary>
internal static class ProgressDisplay
{
    /// <param name="total">The number that the task reports at its end.</param>
    public static async Task<T> RunAsync<T>(string title, int total, Func<IProgress<int>, Task<T>> task)
    {
        if (Console.IsErrorRedirected)
            return await task(new Lines(title, total));

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        T? result = default;
        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(title, maxValue: total);
                result = await task(new Bar(bar));
            });
        return result!;
    }

    private sealed class Bar(ProgressTask bar) : IProgress<int>
    {
        public void Report(int value) => bar.Value = value;
    }

    private sealed class Lines(string title, int total) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value == total || value % Math.Max(1, total / 10) == 0)
                Console.Error.WriteLine($"{title}: {value} of {total}");
        }
    }
}
