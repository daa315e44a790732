using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace ResNetService.Fuzz.Coverage;

/// <summary>
/// This program a second time in the same process, with copies of the product's assemblies in which each branch leaves a mark. The files that were built stay
/// as they are.
/// </summary>
internal sealed class InstrumentedAssemblies : AssemblyLoadContext, IDisposable
{
    private static readonly string[] Product = ["ResNetService.ModelFormat", "ResNetService.Imaging", "ResNetService.Inference", "ResNetService.Api", "resnet"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("resnet-fuzz-");

    public InstrumentedAssemblies()
    {
        foreach (var name in Product)
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, name + ".dll"), PathOf(name));
            Fuzzer.Instrument(PathOf(name), Leads, Options.Value);
        }
    }

    /// <summary>Calls a static method of a type of this program, which then means the rewritten assemblies.</summary>
    public int Run(Type type, string method, string[] arguments)
    {
        // A branch that nobody counts must not write to nowhere.
        CoverageMap.Instance.Reset();
        var copy = LoadFromAssemblyPath(type.Assembly.Location).GetType(type.FullName!, throwOnError: true)!;
        return copy.GetMethod(method, BindingFlags.Static | BindingFlags.Public)!.CreateDelegate<Func<string[], int>>()(arguments);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Product.Contains(assemblyName.Name))
            return LoadFromAssemblyPath(PathOf(assemblyName.Name!));
        // Those of ours that mean the product must mean the same.
        return assemblyName.Name == typeof(InstrumentedAssemblies).Assembly.GetName().Name ? LoadFromAssemblyPath(typeof(InstrumentedAssemblies).Assembly.Location) : null;
    }

    private string PathOf(string name) => Path.Combine(_directory.FullName, name + ".dll");

    /// <summary>Not the arithmetic on pixels, whose branches say nothing of the file, and not the half of the companion that reads nothing.</summary>
    private static bool Leads(string type) =>
        !type.StartsWith("ResNetService.Imaging.Resampling", StringComparison.Ordinal)
        && (!type.StartsWith("ResNetService.Modeling", StringComparison.Ordinal) || type.StartsWith("ResNetService.Modeling.Weights", StringComparison.Ordinal));
}
