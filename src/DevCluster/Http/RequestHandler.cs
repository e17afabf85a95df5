using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Audit;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Discovery;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Where every request comes in: who asks, for what, may they, is it to fail; and every error goes out as a Status.</summary>
internal sealed partial class RequestHandler(
    DevClusterOptions options, Authenticator authenticator, Authorizer authorizer, EscalationCheck escalations, ResourceRegistry registry, DiscoveryHandler discovery, ListHandler lists, WatchHandler watches,
    WriteHandler writes, AdminHandler admin, FaultInjector faults, AuditLog audit, ILogger<RequestHandler> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/devcluster"))
        {
            await Answer(http, () => AdministerAsync(http));
            return;
        }

        if (faults.IsAway)
        {
            http.Abort();
            return;
        }

        await Answer(http, () => RouteAsync(http));
    }

    /// <summary>Answers even while the server is away, so that it can be called back.</summary>
    private Task AdministerAsync(HttpContext http)
    {
        authorizer.Demand(RequestAttributes.OfPath(UserOf(http), VerbOf(http), http.Request.Path.Value ?? ""));
        return admin.HandleAsync(http);
    }

    private UserInfo UserOf(HttpContext http) => Impersonation.Apply(http.Request.Headers, authenticator.Authenticate(http), authorizer);

    private async Task Answer(HttpContext http, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (ApiException e)
        {
            if (!http.Response.HasStarted)
                await ResponseWriter.ErrorAsync(http, e);
            else
                http.Abort();
        }
        catch (BadHttpRequestException e)
        {
            if (!http.Response.HasStarted)
                await ResponseWriter.ErrorAsync(http, e.StatusCode == 413 ? ApiErrors.TooLarge(BodyReader.MaxBytes) : ApiErrors.BadRequest(e.Message));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or Microsoft.AspNetCore.Connections.ConnectionResetException && http.RequestAborted.IsCancellationRequested)
        {
            // The client went away in the middle of its request: nobody is left to tell.
        }
        catch (Exception e)
        {
            // Whatever a request does, the server lives on and the client gets a Status.
            Log.Failed(logger, e, http.Request.Method, http.Request.Path);
            if (!http.Response.HasStarted)
                await ResponseWriter.ErrorAsync(http, new ApiException(500, "InternalError", $"Internal error occurred: {e.Message}"));
            else
                http.Abort();
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var user = UserOf(http);
        if (RequestPath.Parse(path) is not { } parsed)
        {
            authorizer.Demand(RequestAttributes.OfPath(user, VerbOf(http), path));
            if (!await discovery.HandleAsync(http))
                await ResponseWriter.NotFoundPageAsync(http);
            return;
        }

        var attributes = AttributesOf(http, user, parsed);
        if (registry.Find(parsed.Group, parsed.Version, parsed.Plural) is not { } resource)
        {
            authorizer.Demand(attributes);
            await ResponseWriter.NotFoundPageAsync(http);
            return;
        }

        await ServeAsync(new ApiRequest
        {
            Http = http,
            Resource = resource,
            Namespace = resource.Namespaced ? parsed.Namespace : null,
            Name = parsed.Name,
            Subresource = parsed.Subresource,
            Attributes = attributes,
            Check = (obj, old) => escalations.Check(user, resource, obj, old),
        });
    }

    /// <summary>
    /// What RBAC calls it (apiserver, <c>endpoints/request/requestinfo.go</c>): a namespace is in itself, and a list that a field selector narrows to one
    /// name is about that one.
    /// </summary>
    private static RequestAttributes AttributesOf(HttpContext http, UserInfo user, in RequestPath path)
    {
        var verb = VerbOf(http, path);
        var name = path.Name;
        if (name is null && verb is "list" or "watch" or "deletecollection" && http.Request.Query["fieldSelector"] is [{ Length: > 0 } selector])
            name = SelectedName(selector);
        var ns = path.Namespace ?? (path.Plural == "namespaces" && path.Group.Length == 0 ? path.Name : null);
        return RequestAttributes.Of(user, verb, path.Group, path.Plural, path.Subresource, ns, name);
    }

    /// <summary>The name that a field selector asks for, or null.</summary>
    private static string? SelectedName(string selector)
    {
        const string Field = "metadata.name=";
        foreach (var term in selector.Split(','))
        {
            if (term.StartsWith(Field, StringComparison.Ordinal))
                return term[Field.Length..].TrimStart('=');
        }

        return null;
    }

    private async Task ServeAsync(ApiRequest request)
    {
        var what = request.Subresource is null ? request.Resource.Plural : $"{request.Resource.Plural}/{request.Subresource}";
        int? refused = null;
        var auditedAtStart = false;

        // Nothing is decided yet. Once it is, the answer has its status, whether or not the client is still there to get it.
        request.Http.Response.StatusCode = 0;
        try
        {
            authorizer.Demand(request.Attributes);
            var fault = faults.For(request.Verb, what, request.Http.Request.Headers.UserAgent.ToString());
            if (fault is { Delay: var delay } && delay > TimeSpan.Zero)
                await Task.Delay(delay, options.TimeProvider, request.Aborted);
            if (faults.IsAway)
            {
                request.Http.Abort();
                return;
            }

            if (fault?.Status is { } status)
                throw Injected(request, status, fault.RetryAfter);
            if (fault is { LosesAnswer: true })
            {
                await LoseAsync(request);
                return;
            }

            // What cannot be answered is not done either.
            AcceptHeader.FormOf(request.Http);
            if (request.Verb == "watch")
            {
                auditedAtStart = true;
                request.Http.Response.OnStarting(() => Audited(request, what));
            }

            await DispatchAsync(request);
        }
        catch (ApiException e)
        {
            refused = e.Code;
            throw;
        }
        finally
        {
            if (!auditedAtStart)
                audit.Add(Entry(request, what, refused ?? request.Http.Response.StatusCode));
        }
    }

    /// <summary>A watch is audited when it begins, not when it is over.</summary>
    private Task Audited(ApiRequest request, string what)
    {
        audit.Add(Entry(request, what, request.Http.Response.StatusCode));
        return Task.CompletedTask;
    }

    /// <summary>Does what is asked into the void.</summary>
    private async Task LoseAsync(ApiRequest request)
    {
        var real = request.Http.Response.Body;
        request.Http.Response.Body = Stream.Null;
        try
        {
            await DispatchAsync(request);
        }
        finally
        {
            request.Http.Response.Body = real;
            request.Http.Abort();
        }
    }

    private Task DispatchAsync(ApiRequest request) => request.Verb switch
    {
        "list" => lists.ListAsync(request),
        "watch" => watches.WatchAsync(request),
        _ => writes.HandleAsync(request),
    };

    private AuditEntry Entry(ApiRequest request, string what, int code) => new(
        0, options.TimeProvider.GetUtcNow(), request.Verb, Short(what), Short(request.Namespace), Short(request.Name ?? request.CreatedName), request.User.Name,
        Short(request.Http.Request.Headers.UserAgent.ToString()), code, request.IsDryRunByBody || request.Http.Request.Query.ContainsKey("dryRun"))
    {
        Annotations = request.Annotations,
    };

    /// <summary>The log keeps what clients send: not more of it than a name may have.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Short(string? text) => text is { Length: > 253 } ? text[..253] : text;

    private static ApiException Injected(ApiRequest request, int status, TimeSpan? retryAfter)
    {
        var details = new JsonObject();
        if (retryAfter is { } wait)
            details["retryAfterSeconds"] = (long)Math.Ceiling(wait.TotalSeconds);
        return status switch
        {
            403 => ApiErrors.Forbidden(request.Attributes),
            404 => request.Name is { } name ? ApiErrors.NotFound(request.Resource, name) : new ApiException(404, "NotFound", "the server could not find the requested resource", details),
            409 => ApiErrors.Modified(request.Resource, request.Name ?? ""),
            410 => ApiErrors.Expired("too old resource version"),
            429 => new ApiException(429, "TooManyRequests", "Too many requests, please try again later.", details),
            500 => new ApiException(500, "InternalError", "Internal error occurred: injected", details),
            503 => new ApiException(503, "ServiceUnavailable", "the server is currently unable to handle the request", details),
            504 => new ApiException(504, "Timeout", "request did not complete within the allotted timeout", details),
            _ => new ApiException(status, "Unknown", "injected", details),
        };
    }

    private static string VerbOf(HttpContext http) => http.Request.Method switch
    {
        "GET" => "get",
        var method => method.ToLowerInvariant(),
    };

    private static string VerbOf(HttpContext http, in RequestPath path)
    {
        var watch = http.Request.Query["watch"] is ["1" or "true" or ""];
        return http.Request.Method switch
        {
            "GET" or "HEAD" => watch && path.Subresource is null ? "watch" : path.Name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => path.Name is null ? "deletecollection" : "delete",
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception e, string method, PathString path);
    }
}
