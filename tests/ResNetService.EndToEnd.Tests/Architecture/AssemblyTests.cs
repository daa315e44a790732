using System.Text.Json;
using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Architecture;

/// <summary>The arrows as the compiled code follows them, transitive project references included.</summary>
public sealed class AssemblyTests
{
    [Fact]
    public void References_PointDownwards()
    {
        var wrong =
            from project in Arrows.Allowed
            let assemblies = Arrows.Allowed.Keys.Select(Arrows.AssemblyOf)
            from reference in Read(project.Key, assembly => assembly.References)
            where assemblies.Contains(reference) && !project.Value.Select(Arrows.AssemblyOf).Contains(reference)
            select $"{project.Key} -> {reference}";

        Findings.AssertNone(wrong);
    }

    [Fact]
    public void TypeUses_OfConfinedDependencies_StayWhereTheyBelong()
    {
        var wrong =
            from project in Arrows.Allowed.Keys
            from use in Read(project, assembly => assembly.TypeUses())
            from confined in Confined.All
            where confined.Covers(use.UsedAssembly) && !IsInside(use, project, confined)
            select $"{use.Namespace}.{use.Type} uses {use.UsedType}";

        Findings.AssertNone(wrong);
    }

    [Fact]
    public void ModelFormat_UsesTheFrameworkAlone() =>
        Assert.All(Read("ResNetService.ModelFormat", assembly => assembly.References), reference => Assert.StartsWith("System.", reference, StringComparison.Ordinal));

    /// <summary>What the service's container would hold: every package below it, however indirect.</summary>
    [Fact]
    public void ServiceClosure_HoldsNoTorch()
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ResNetService.Api.deps.json")));
        var libraries = dependencies.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name).ToArray();

        Assert.Contains(libraries, name => name.StartsWith("Microsoft.ML.OnnxRuntime/", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(libraries, name => name.StartsWith("resnet/", StringComparison.Ordinal));
    }

    [Fact]
    public void Classes_AreSealedUnlessSomethingDerivesFromThem()
    {
        var bases = Arrows.Allowed.Keys.SelectMany(project => Read(project, assembly => assembly.BaseClasses())).ToHashSet();

        Findings.AssertNone(Arrows.Allowed.Keys.SelectMany(project => Read(project, assembly => assembly.OpenClasses())).Except(bases));
    }

    /// <summary>The instrument itself: a type that is named nowhere but inside a lambda of a method body is seen.</summary>
    [Fact]
    public void TypeUses_InsideALambda_AreSeen()
    {
        Func<string> onlyHere = () => new XProcessingInstruction("a", "b").Data;
        Assert.Equal("b", onlyHere());

        using var tests = new BuiltAssembly(typeof(AssemblyTests).Assembly.GetName().Name!);

        Assert.Contains(tests.TypeUses(), use =>
            use is { Namespace: "ResNetService.EndToEnd.Tests.Architecture", UsedAssembly: "System.Private.Xml.Linq" or "System.Xml.XDocument" or "System.Xml.Linq", UsedType: "System.Xml.Linq.XProcessingInstruction" });
    }

    private static bool IsInside(TypeUse use, string project, Confined confined) =>
        confined.Admits(project)
        && confined.Places.Any(place => use.Namespace == place
            || use.Namespace.StartsWith(place + ".", StringComparison.Ordinal)
            // Top-level statements have no namespace, and generators put their code into a namespace of their own.
            || (place == project && (use.Namespace.Length == 0 || !use.Namespace.StartsWith("ResNetService.", StringComparison.Ordinal))));

    private static IReadOnlyList<T> Read<T>(string project, Func<BuiltAssembly, IEnumerable<T>> read)
    {
        using var assembly = new BuiltAssembly(Arrows.AssemblyOf(project));
        return [.. read(assembly)];
    }
}
