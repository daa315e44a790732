using System.Text;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz.Targets.Http;

internal static class UploadSeeds
{
    private const string FormType = "Content-Type: multipart/form-data; boundary=b";

    private static readonly string Png = Encoding.Latin1.GetString(TinyImage.Png(3, 2, 250, 10, 10));

    public static IReadOnlyList<byte[]> Forms { get; } =
    [
        RequestText.Write("?topK=2", FormType, $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n{Png}\r\n--b--\r\n"),
        RequestText.Write("", FormType, $"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\n{Png}\r\n--b\r\nContent-Disposition: form-data; name=\"topK\"\r\n\r\n3\r\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ncolor:1\r\n--b--\r\n"),
        RequestText.Write("", "Content-Type: Multipart/Form-Data; boundary=\"b c\"", $"preamble\r\n--b c\r\nCONTENT-DISPOSITION: FORM-DATA; NAME=a; FILENAME*=utf-8''gr%C3%BCn.png\r\n\r\n{Png}\r\n--b c--\r\nepilogue"),
        RequestText.Write("", FormType, "--b\r\nContent-Disposition: form-data; name=\"x\"; filename=\"\"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"y\"\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--b--"),
        RequestText.Write("?model=color", "Content-Type: image/png\nX-Deadline-Ms: 1000", Png),
        RequestText.Write("", "Content-Type: application/octet-stream\nContent-Encoding: identity", Png),
    ];

    public static IReadOnlyList<byte[]> Json { get; } =
    [
        RequestText.Write("", "Content-Type: application/json", """{"images":[{"name":"a.png","data":"iVBORw0KGgo="},{"data":"AAAA"}],"model":"color","topK":2}"""),
        RequestText.Write("?model=color&topK=1", "Content-Type: application/json; charset=utf-8", """{ "topK": 1, "images": [ { "data": "\/\/8=" } ] }"""),
        RequestText.Write("", "Content-Type: application/json", """{"images":[{"data":"not base64!"},{"data":"AA AA\n"},{"data":"","name":null}],"model":" "}"""),
        RequestText.Write("", "Content-Type: application/json", """{"images":[{"data":"AAAA","name":"ü\ud83d\ude00"}],"class":"red","normalize":true}"""),
    ];

    public static IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "\r\n", "--b", "--b--", "\r\n--b\r\n", "\n", "\r\n\r\n", "Content-Disposition: form-data; ", "name=\"file\"", "filename=\"a\"", "filename*=UTF-8''%", "filename=", "name=model", "name=topK",
        "Content-Type: image/png\r\n", "Content-Length: 5\r\n", "boundary=", "; ", "\"", "\\\"", "Content-Type: multipart/form-data; boundary=b", "Content-Type: application/json", "Content-Encoding: gzip", "X-Deadline-Ms: ", "image/png",
        "?topK=", "&model=", "{", "}", "[", "]", "{\"images\":[", "{\"data\":\"AAAA\"}", ",", ":", "null", "true", "\"name\":", "\"data\":", "\"topK\":", "\"model\":", "\\u0000", "\\ud800", "\\/", "=", "==", "AAAA", "\xC3\x28", "\xFF", "\xEF\xBB\xBF", "-1", "1e99", "//");
}
