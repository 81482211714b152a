using Microsoft.AspNetCore.Http;

namespace TTame.Functions.Hosting;

/// <summary>Says that a request over HTTP cannot be fulfilled as it is, and what to do about it.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">Stable code, for machines.</param>
/// <param name="detail">What is wrong, for people.</param>
/// <param name="remedy">What to do.</param>
public sealed class RequestException(int status, string code, string detail, string remedy) : Exception($"{detail} {remedy}")
{
    /// <summary>Code of a member with a value that it does not take.</summary>
    public const string BadRequest = "bad_request";

    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Stable code, for machines.</summary>
    public string Code { get; } = code;

    /// <summary>What is wrong, for people.</summary>
    public string Detail { get; } = detail;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>Nothing, where a member's value is one that it takes.</summary>
    /// <param name="holds">Whether it is.</param>
    /// <param name="member">The member's name in the request.</param>
    /// <param name="takes">What it takes, after its name.</param>
    /// <exception cref="RequestException">400: it is not.</exception>
    public static void Require(bool holds, string member, string takes)
    {
        if (!holds) throw new RequestException(StatusCodes.Status400BadRequest, BadRequest, $"{member} {takes}.", $"Correct '{member}'; docs/TRAINING.md and docs/schemas list what a request takes.");
    }
}
