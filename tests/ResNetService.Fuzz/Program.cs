using ResNetService.Fuzz;
using ResNetService.Fuzz.Coverage;

// Once as it is, to rewrite the assemblies of the product, and once among the rewritten ones.
using var instrumented = new InstrumentedAssemblies();
return instrumented.Run(typeof(FuzzCommand), nameof(FuzzCommand.Run), args);
