using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace ResNetService.EndToEnd.Tests.Architecture;

/// <summary>Gathers the types of other assemblies that signatures and tokens name, however deep inside generics, arrays and pointers.</summary>
internal sealed class TypeReferenceSet(MetadataReader metadata) : ISignatureTypeProvider<TypeReferenceSet.None, TypeReferenceSet.None>
{
    internal readonly record struct None;

    private readonly HashSet<TypeReferenceHandle> _handles = [];

    public IEnumerable<TypeReferenceHandle> Handles => _handles;

    public void Add(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                _handles.Add((TypeReferenceHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, default);
                break;
            case HandleKind.MemberReference:
                AddMember(metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodSpecification:
                var method = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(this, default);
                Add(method.Method);
                break;
        }
    }

    public void AddLocals(StandaloneSignatureHandle locals)
    {
        if (!locals.IsNil)
            metadata.GetStandaloneSignature(locals).DecodeLocalSignature(this, default);
    }

    private void AddMember(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
            member.DecodeFieldSignature(this, default);
        else
            member.DecodeMethodSignature(this, default);
    }

    None ISimpleTypeProvider<None>.GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        _handles.Add(handle);
        return default;
    }

    None ISignatureTypeProvider<None, None>.GetTypeFromSpecification(MetadataReader reader, None genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    None ISimpleTypeProvider<None>.GetPrimitiveType(PrimitiveTypeCode typeCode) => default;
    None ISimpleTypeProvider<None>.GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => default;
    None ISZArrayTypeProvider<None>.GetSZArrayType(None elementType) => default;
    None IConstructedTypeProvider<None>.GetArrayType(None elementType, ArrayShape shape) => default;
    None IConstructedTypeProvider<None>.GetByReferenceType(None elementType) => default;
    None IConstructedTypeProvider<None>.GetGenericInstantiation(None genericType, ImmutableArray<None> typeArguments) => default;
    None IConstructedTypeProvider<None>.GetPointerType(None elementType) => default;
    None ISignatureTypeProvider<None, None>.GetFunctionPointerType(MethodSignature<None> signature) => default;
    None ISignatureTypeProvider<None, None>.GetGenericMethodParameter(None genericContext, int index) => default;
    None ISignatureTypeProvider<None, None>.GetGenericTypeParameter(None genericContext, int index) => default;
    None ISignatureTypeProvider<None, None>.GetModifiedType(None modifier, None unmodifiedType, bool isRequired) => default;
    None ISignatureTypeProvider<None, None>.GetPinnedType(None elementType) => default;
}
