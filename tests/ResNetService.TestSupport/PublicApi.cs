using System.Reflection;
using PublicApiGenerator;

namespace ResNetService.TestSupport;

/// <summary>What the users of a package can name, as C# without bodies.</summary>
public static class PublicApi
{
    /// <summary>Compares it with <c>PublicApi.txt</c> of the assembly's test project.</summary>
    public static void AssertApproved(Assembly assembly) => Approval.Check(
        $"tests/{assembly.GetName().Name}.Tests/PublicApi.txt",
        assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }));
}
