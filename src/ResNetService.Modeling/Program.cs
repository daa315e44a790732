using Google.Protobuf;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;

var n = Architecture.Find(args[0]).Build();
n.eval();
var a = Architecture.Find(args[0]);
var m = new ModelManifest { Architecture = a.Name, Precision = Precision.Fp32, Graph = new(), Preprocessing = a.Preprocessing, Labels = a.Classes == 10 ? LabelSets.Cifar10 : LabelSets.ImageNet, Provenance = new("x", "y") };
File.WriteAllBytes(args[1], OnnxGraph.Build(n, m).ToByteArray());
