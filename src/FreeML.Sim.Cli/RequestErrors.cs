using System.CommandLine;
using System.CommandLine.Parsing;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli;

/// <summary>What is wrong with a command line, as one line <c>option: found X, expected Y</c>.</summary>
internal static class RequestErrors
{
    private const int MostOptionsNamed = 9;

    /// <summary>Throws unless the request makes sense as far as the parser can tell.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public static void ThrowIfAny(ParseResult request)
    {
        // The parser takes an option it does not know for the next argument, or for the value of the option before it.
        CheckStrayOptions(request);
        foreach (ParseError error in request.Errors)
        {
            throw Explain(request, error);
        }
    }

    /// <summary>No verb was given, or one that there is not.</summary>
    public static InputException NoVerb(RootCommand root, string? found = null) => new(
        Application.Name,
        null,
        found is null ? "no verb" : InputException.Quote(found),
        $"{string.Join(", ", root.Subcommands.Select(verb => verb.Name))} (see {Application.Name} --help)");

    private static void CheckStrayOptions(ParseResult request)
    {
        Token? before = null;
        foreach (Token token in request.Tokens)
        {
            if (token.Type is TokenType.DoubleDash)
            {
                return;
            }

            if (token.Type is TokenType.Argument && token.Value.StartsWith('-') && token.Value.Length > 1)
            {
                Command command = request.CommandResult.Command;
                Option? option = before is { Type: TokenType.Option }
                    ? command.Options.FirstOrDefault(known => known.Name == before.Value || known.Aliases.Contains(before.Value))
                    : null;
                if (option is not { Arity.MaximumNumberOfValues: > 0 })
                {
                    throw Unexpected(command, token.Value);
                }

                // No option begins with a digit: this is a negative number, which the verb judges.
                if (!char.IsAsciiDigit(token.Value[1]))
                {
                    throw MissingValue(option, InputException.Quote(token.Value));
                }
            }

            before = token;
        }
    }

    private static InputException Explain(ParseResult request, ParseError error)
    {
        Command command = request.CommandResult.Command;
        return (error.SymbolResult, request.UnmatchedTokens) switch
        {
            (OptionResult { Tokens.Count: 0 } result, _) => MissingValue(result.Option, "nothing"),
            (OptionResult result, _) => new InputException(result.Option.Name, null, $"{result.Tokens.Count} values", "one"),
            (ArgumentResult result, _) => new InputException(command.Name, null, $"no {result.Argument.Name}", "at least one"),
            (_, [string found, ..]) => Unexpected(command, found),
            _ => command is RootCommand root ? NoVerb(root) : command.Subcommands.Count > 0 ? NoSubverb(command, "nothing") : new InputException(command.Name, null, error.Message, "a request as --help shows"),
        };
    }

    private static InputException NoSubverb(Command command, string found) =>
        new(command.Name, null, found, string.Join(", ", command.Subcommands.Select(verb => verb.Name)));

    private static InputException MissingValue(Option option, string found) =>
        new(option.Name, null, found, $"a value: {option.HelpName}");

    private static InputException Unexpected(Command command, string found)
    {
        if (command is RootCommand root)
        {
            return NoVerb(root, found);
        }

        if (command.Subcommands.Count > 0)
        {
            return NoSubverb(command, InputException.Quote(found));
        }

        // A long list would be cut in the middle of a name.
        string options = command.Options.Count <= MostOptionsNamed ? $"one of {string.Join(", ", command.Options.Select(option => option.Name))}" : $"an option that {command.Name} --help shows";
        string arguments = string.Join(" ", command.Arguments.Select(argument => argument.Name));
        return found.StartsWith('-')
            ? new InputException(command.Name, null, InputException.Quote(found), options)
            : new InputException(command.Name, null, $"{InputException.Quote(found)} as well", arguments.Length == 0 ? "no argument" : $"one {arguments}");
    }
}
