using ResNetService.Modeling.Architectures;

foreach (var a in Architecture.All) { var c = a.Measure(); Console.WriteLine($"{a.Name} {a.Layers} {c.Parameters} {c.MultiplyAdds / 1e9:F3}"); }
var n = Architecture.Find("resnet34-a").Build();
Console.WriteLine(string.Join(" ", n.state_dict().Keys.Take(12)));
Console.WriteLine(string.Join(" ", Architecture.Find("resnet18").Build().state_dict().Keys.Where(k=>k.Contains("downsample"))));
n.eval(); using var t = TorchSharp.torch.randn(2,3,224,224); Console.WriteLine(n.call(t).ToString());
