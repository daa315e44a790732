using ResNetService.Modeling.Commands;

return await ResNetCommand.RunAsync(args, Console.Out, Console.Error);
