namespace ResNetService.Modeling.Weights.Import;

/// <summary>The differences that published checkpoints show, in the order in which they are undone.</summary>
internal static class StateDictRules
{
    /// <summary>No checkpoint is wrapped and prefixed more often than this.</summary>
    private const int MaxSteps = 10;

    /// <summary>Applied again and again, but only until the keys cover the network's.</summary>
    /// <remarks>
    /// Averages come before the weights that they average: whoever keeps an average publishes its accuracy (timm, torchvision's references).
    /// </remarks>
    private static readonly StateDictRule[] Renaming =
    [
        new WrapperRule("state_dict_ema"),      // timm
        new WrapperRule("model_ema"),           // torchvision's reference scripts
        new WrapperRule("state_dict"),          // PyTorch's ImageNet example, timm, Lightning, OpenMMLab
        new WrapperRule("model_state_dict"),    // PyTorch's tutorials
        new WrapperRule("model"),               // torchvision's reference scripts
        new WrapperRule("net"),
        new PrefixRule("module."),              // DataParallel, DistributedDataParallel, AveragedModel
        new PrefixRule("_orig_mod."),           // torch.compile
        new PrefixRule("model."),               // Lightning modules
        new PrefixRule("net."),
        new PrefixRule("backbone."),            // OpenMMLab
        new HeadRule("linear"),                 // CIFAR networks
        new HeadRule("classifier"),
        new HeadRule("last_linear"),
        new HeadRule("head.fc"),                // OpenMMLab
        new HeadRule("head"),
    ];

    private static readonly StateDictRule[] Dropping =
    [
        new AuxiliaryHeadRule(),                // torchvision's GoogLeNet
        new CounterRule("num_batches_tracked", TargetTensor.IsBatchCounter),
        new CounterRule("n_averaged", key => key == "n_averaged"), // AveragedModel
    ];

    /// <returns>The state dict as near to the target as the rules bring it, and the names of those that were applied.</returns>
    public static (StateDict Result, IReadOnlyList<string> Applied) Apply(StateDict source, IWeightTarget target)
    {
        var applied = new List<string>();
        for (var step = 0; step < MaxSteps && !source.Covers(target); step++)
        {
            var result = Renaming.Select(rule => (rule.Name, Result: rule.Apply(source, target))).FirstOrDefault(r => r.Result is not null);
            if (result.Result is null)
                break;
            applied.Add(result.Name);
            source = result.Result;
        }

        foreach (var rule in Dropping)
        {
            if (rule.Apply(source, target) is { } rest)
            {
                applied.Add(rule.Name);
                source = rest;
            }
        }

        return (source, applied);
    }
}
