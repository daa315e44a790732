using System.Text;
using Google.Protobuf;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>A protobuf message by the numbers of its fields, for messages of which a test needs a few.</summary>
internal sealed class ProtoFields
{
    private readonly List<(int Number, byte[] Bytes, ulong Value)> _fields = [];

    public ProtoFields(byte[] message)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is > 0 and var tag)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            _fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => (number, input.ReadBytes().ToByteArray(), 0),
                WireFormat.WireType.Varint => (number, [], input.ReadUInt64()),
                WireFormat.WireType.Fixed64 => (number, [], input.ReadFixed64()),
                _ => (number, [], input.ReadFixed32()),
            });
        }
    }

    /// <summary>The messages behind a path of field numbers, all of them at each step.</summary>
    public IEnumerable<ProtoFields> At(params int[] path) => path.Aggregate(
        (IEnumerable<ProtoFields>)[this], (messages, number) => messages.SelectMany(message => message.Bytes(number)).Select(bytes => new ProtoFields(bytes)));

    public IEnumerable<byte[]> Bytes(int number) => _fields.Where(field => field.Number == number).Select(field => field.Bytes);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).SingleOrDefault() ?? []);

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).SingleOrDefault() ?? []);

    public ulong Number(int number) => _fields.Where(field => field.Number == number).Select(field => field.Value).SingleOrDefault();

    /// <summary>OpenTelemetry's attributes: a repeated KeyValue, whose values are strings or whole numbers here.</summary>
    public Dictionary<string, string> Attributes(int number) => At(number).ToDictionary(
        pair => pair.Text(1), pair => pair.At(2).Single() is var value && value.Bytes(1).Any() ? value.Text(1) : $"{value.Number(3)}");
}
