namespace TTame.Core.Reports;

/// <summary>A page of runs: everything that <see cref="RunBoardPage"/> shows, already read.</summary>
/// <param name="Runs">Newest first.</param>
public sealed record RunBoard(IReadOnlyList<BoardRun> Runs);

/// <summary>One run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind"><c>train</c> or <c>evaluate</c>.</param>
/// <param name="Status">Status of its orchestration.</param>
/// <param name="Phase">What it is doing; null where it says nothing.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Outcome">A sentence about what came out, or why nothing did; null while it runs.</param>
/// <param name="Trials">Its trials.</param>
public sealed record BoardRun(string Id, string Kind, string Status, string? Phase, DateTimeOffset Started, string? Outcome, IReadOnlyList<BoardTrial> Trials);

/// <summary>One trial.</summary>
/// <param name="Title">Number and what is special about it.</param>
/// <param name="Says">What it is doing, or why it failed; null where it has not begun.</param>
/// <param name="Scores">AD and IC on the validation list, an entry per epoch scored.</param>
/// <param name="Workers">Its workers.</param>
public sealed record BoardTrial(string Title, string? Says, IReadOnlyList<string> Scores, IReadOnlyList<BoardWorker> Workers);

/// <summary>One worker of a trial.</summary>
/// <param name="Title">Its number; null where it is the only one.</param>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps in all; 0 where it has not begun.</param>
/// <param name="Says">Epoch, speed, time left; null where it has not begun.</param>
/// <param name="Unreadable">Images that could not be read.</param>
/// <param name="Curves">Loss terms over the steps.</param>
public sealed record BoardWorker(string? Title, int Step, int TotalSteps, string? Says, int Unreadable, IReadOnlyList<BoardCurve> Curves);

/// <summary>One quantity over the steps.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Ascending.</param>
/// <param name="Values">One per step.</param>
public sealed record BoardCurve(string Name, IReadOnlyList<int> Steps, IReadOnlyList<double> Values);
