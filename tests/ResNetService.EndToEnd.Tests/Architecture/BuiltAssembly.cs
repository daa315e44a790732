using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ResNetService.EndToEnd.Tests.Architecture;

/// <param name="Namespace">Of the using type; that of the outermost one for nested types, closures and state machines.</param>
/// <param name="Type">The using type's own name.</param>
/// <param name="UsedAssembly">Simple name of the assembly that the used type comes from.</param>
/// <param name="UsedType">Full name of the used type.</param>
internal sealed record TypeUse(string Namespace, string Type, string UsedAssembly, string UsedType);

/// <summary>A compiled assembly as metadata, never loaded into the process: what it references, and who in it uses what.</summary>
internal sealed class BuiltAssembly : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;

    /// <param name="name">Simple name of an assembly that lies beside the tests.</param>
    public BuiltAssembly(string name)
    {
        _image = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        _metadata = _image.GetMetadataReader();
    }

    public void Dispose() => _image.Dispose();

    public IReadOnlyList<string> References =>
        [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))];

    /// <summary>Every use of another assembly's type: in signatures, fields, bases, attributes and method bodies.</summary>
    public IEnumerable<TypeUse> TypeUses()
    {
        foreach (var handle in _metadata.TypeDefinitions)
        {
            var type = _metadata.GetTypeDefinition(handle);
            var used = new TypeReferenceSet(_metadata);
            AddDeclaration(used, type);
            foreach (var method in type.GetMethods())
                AddMethod(used, _metadata.GetMethodDefinition(method));

            foreach (var reference in used.Handles)
                yield return new TypeUse(NamespaceOf(handle), _metadata.GetString(type.Name), AssemblyOf(reference), FullNameOf(reference));
        }
    }

    /// <summary>Full names of the classes that are neither sealed nor abstract (static classes are both), but for what the compiler writes itself.</summary>
    public IEnumerable<string> OpenClasses() =>
        from handle in _metadata.TypeDefinitions
        let type = _metadata.GetTypeDefinition(handle)
        let name = _metadata.GetString(type.Name)
        where (type.Attributes & (TypeAttributes.Sealed | TypeAttributes.Abstract | TypeAttributes.Interface)) == 0
            && !name.Contains('<', StringComparison.Ordinal)
            && !IsTopLevelProgram(type)
        select $"{NamespaceOf(handle)}.{name}";

    /// <summary>Full names of the classes that something here derives from.</summary>
    public IEnumerable<string> BaseClasses()
    {
        foreach (var handle in _metadata.TypeDefinitions)
        {
            var parent = _metadata.GetTypeDefinition(handle).BaseType;
            if (parent.IsNil)
                continue;
            if (parent.Kind == HandleKind.TypeDefinition)
                yield return $"{NamespaceOf((TypeDefinitionHandle)parent)}.{_metadata.GetString(_metadata.GetTypeDefinition((TypeDefinitionHandle)parent).Name)}";

            var used = new TypeReferenceSet(_metadata);
            used.Add(parent);
            foreach (var reference in used.Handles)
                yield return FullNameOf(reference);
        }
    }

    private void AddDeclaration(TypeReferenceSet used, TypeDefinition type)
    {
        if (!type.BaseType.IsNil)
            used.Add(type.BaseType);
        foreach (var contract in type.GetInterfaceImplementations())
            used.Add(_metadata.GetInterfaceImplementation(contract).Interface);
        foreach (var field in type.GetFields())
            _metadata.GetFieldDefinition(field).DecodeSignature(used, default);
        foreach (var parameter in type.GetGenericParameters())
            AddConstraints(used, parameter);
        AddAttributes(used, type.GetCustomAttributes());
    }

    private void AddMethod(TypeReferenceSet used, MethodDefinition method)
    {
        method.DecodeSignature(used, default);
        AddAttributes(used, method.GetCustomAttributes());
        foreach (var parameter in method.GetGenericParameters())
            AddConstraints(used, parameter);
        if (method.RelativeVirtualAddress == 0)
            return;

        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        used.AddLocals(body.LocalSignature);
        foreach (var token in IlTokens.Of(body))
            used.Add(token);
        foreach (var region in body.ExceptionRegions.Where(region => region.Kind == ExceptionRegionKind.Catch))
            used.Add(region.CatchType);
    }

    private void AddConstraints(TypeReferenceSet used, GenericParameterHandle parameter)
    {
        foreach (var constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
            used.Add(_metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void AddAttributes(TypeReferenceSet used, CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes)
            used.Add(_metadata.GetCustomAttribute(attribute).Constructor);
    }

    private bool IsTopLevelProgram(TypeDefinition type) =>
        type.GetMethods().Any(method => _metadata.GetString(_metadata.GetMethodDefinition(method).Name) == "<Main>$");

    private string NamespaceOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (type.IsNested)
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        return _metadata.GetString(type.Namespace);
    }

    private string FullNameOf(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        return $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }

    private string AssemblyOf(TypeReferenceHandle handle)
    {
        var scope = _metadata.GetTypeReference(handle).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference)
            scope = _metadata.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        return scope.Kind == HandleKind.AssemblyReference
            ? _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
            : "";
    }
}
