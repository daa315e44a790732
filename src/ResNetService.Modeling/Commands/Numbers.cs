using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace ResNetService.Modeling.Commands;

/// <summary>Reads options that are numbers. System.CommandLine's own message names .NET's types.</summary>
internal static class Numbers
{
    public static int Whole(ArgumentResult result) => Parse<int>(result, "a whole number");

    public static int Positive(ArgumentResult result)
    {
        const string Wanted = "a whole number of 1 or more";
        var number = Parse<int>(result, Wanted);
        if (number < 1 && !result.Parent!.Errors.Any())
            AddError(result, Wanted);
        return number;
    }

    public static int Whole(ArgumentResult result, int least, int most) => Within(result, least, most, $"a whole number from {least} to {most}");

    public static double Decimal(ArgumentResult result) => Parse<double>(result, "a number");

    public static double Decimal(ArgumentResult result, double least, double most) =>
        Within(result, least, most, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    private static T Within<T>(ArgumentResult result, T least, T most, string wanted)
        where T : INumber<T>
    {
        var number = Parse<T>(result, wanted);
        if (!(number >= least && number <= most) && !result.Parent!.Errors.Any())
            AddError(result, wanted);
        return number;
    }

    private static T Parse<T>(ArgumentResult result, string wanted)
        where T : INumber<T>
    {
        if (T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        AddError(result, wanted);
        return T.Zero;
    }

    private static void AddError(ArgumentResult result, string wanted) =>
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{result.Tokens[0].Value}'; it must be {wanted}");
}
