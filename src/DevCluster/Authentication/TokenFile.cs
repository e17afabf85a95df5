namespace OrleansOperator.DevCluster.Authentication;

/// <summary>
/// Users in a file, as kube-apiserver's <c>--token-auth-file</c> takes them: lines of <c>token,user,uid,"group1,group2"</c>, the groups optional.
/// </summary>
internal static class TokenFile
{
    private const int Columns = 3;

    /// <exception cref="FormatException">A line is none of a user; the message names it.</exception>
    public static IReadOnlyList<DevClusterUser> Parse(string text)
    {
        var users = new List<DevClusterUser>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = Fields(line, number);
            if (fields.Count < Columns)
                throw Wrong(number, $"has {fields.Count} columns and needs at least {Columns}: token,user,uid,\"group1,group2\"");
            if (fields[0].Length == 0 || fields[0].Any(c => c is <= ' ' or > '~'))
                throw Wrong(number, "has a token that is empty or not printable ASCII without spaces");
            if (fields[1].Length == 0)
                throw Wrong(number, "has no user name");
            if (users.Exists(user => user.Token == fields[0]))
                throw Wrong(number, "repeats the token of an earlier line");
            var groups = fields.Count > Columns ? fields[Columns].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
            users.Add(new DevClusterUser(fields[1], fields[0], groups) { Uid = fields[2] });
        }

        return users;
    }

    private static List<string> Fields(string line, int number)
    {
        var fields = new List<string>();
        var at = 0;
        while (at <= line.Length)
        {
            if (at < line.Length && line[at] == '"')
            {
                var end = line.IndexOf('"', at + 1);
                if (end < 0)
                    throw Wrong(number, "has a quote that is not closed");
                if (end + 1 < line.Length && line[end + 1] != ',')
                    throw Wrong(number, "has text after a closing quote");
                fields.Add(line[(at + 1)..end]);
                at = end + 2;
            }
            else
            {
                var end = line.IndexOf(',', at) is var comma and >= 0 ? comma : line.Length;
                fields.Add(line[at..end].Trim());
                at = end + 1;
            }
        }

        return fields;
    }

    private static FormatException Wrong(int number, string why) => new($"line {number} {why}");
}
