using System.Security.Cryptography;
using System.Text;

namespace ResNetService.Fuzz.Campaigns;

/// <summary>Where findings are kept: the input, and beside it what it shows and how it came about.</summary>
internal sealed class FindingFolder(string path, int seed)
{
    public string Save(string target, Finding finding, byte[] input)
    {
        Directory.CreateDirectory(path);
        var file = Path.Combine(path, $"{target}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(finding.Key)))[..8]}");
        File.WriteAllBytes(file + ".bin", input);
        File.WriteAllText(file + ".txt", $"target {target}, seed {seed}\n{finding.Key}\n\n{finding.Detail}\n\nAgain: --target {target} --replay {file}.bin\n");
        return file + ".bin";
    }
}
