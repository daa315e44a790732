namespace ResNetService.Modeling.Training;

/// <summary>Training cannot begin or go on; the message says why and what would be right.</summary>
internal sealed class TrainingException(string message) : Exception(message);
