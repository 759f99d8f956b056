/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.SimulatedFault.Kind;
import io.airlockapp.gateway.simulator.gateway.ErrorReplies;
import io.airlockapp.gateway.simulator.gateway.RoutedRequest;
import io.airlockapp.gateway.simulator.gateway.GatewayRouter;
import io.airlockapp.gateway.simulator.gateway.Identity;
import io.airlockapp.gateway.simulator.gateway.RequestQuota;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.HttpIo;
import io.airlockapp.gateway.simulator.http.Reply;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * {@link HttpHandler} for the gateway's requests: records them, injects faults, checks
 * identity and quota, and translates refusals to error responses.
 *
 * @param clock the clock
 * @param calls the log of requests
 * @param faults the faults to inject
 * @param identity the check of the identity
 * @param quota the quota
 * @param router the router to the endpoints
 */
record GatewayHandler(InstantSource clock, RequestLog calls, FaultPlan faults, Identity identity, RequestQuota quota,
		GatewayRouter router) implements HttpHandler {

	private static final Log logger = LogFactory.getLog(GatewayHandler.class);

	@Override
	public void handle(HttpExchange exchange) throws IOException {
		// Closing an exchange without a response drops the connection
		try (exchange) {
			Route route = Route.find(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath());
			Reply reply = reply(exchange, route);
			if (reply != null) {
				HttpIo.send(exchange, reply);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private @Nullable Reply reply(HttpExchange exchange, Route route) throws IOException, InterruptedException {
		byte[] body;
		try {
			body = HttpIo.body(exchange);
		}
		catch (GatewayRefusal ex) {
			this.calls.responded(this.calls.arrived(recorded(exchange, route, new byte[0])), ex.status());
			return ErrorReplies.of(ex, route.call(), null, this.clock.instant());
		}
		long number = this.calls.arrived(recorded(exchange, route, body));
		RoutedRequest request = new RoutedRequest(route.variables(), HttpIo.query(exchange.getRequestURI()), body);
		SimulatedFault fault = (route.call() != null) ? this.faults.next(route.call(), () -> approver(route, request))
				: null;
		if (fault != null) {
			fault.action().run();
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			if (fault.kind() == Kind.DROP_BEFORE) {
				return null;
			}
		}
		Reply reply = (fault != null && fault.kind() == Kind.RESPONSE) ? faulty(fault, route)
				: handle(exchange, route, request);
		if (fault != null && fault.kind() == Kind.DROP_AFTER) {
			return null;
		}
		this.calls.responded(number, reply.status());
		return reply;
	}

	private @Nullable String approver(Route route, RoutedRequest request) {
		return (route.call() != null && route.call().speaksHarp())
				? this.router.approver(requestId(route, request.body()), request) : null;
	}

	private RecordedCall recorded(HttpExchange exchange, Route route, byte[] body) {
		Map<String, String> headers = new LinkedHashMap<>();
		exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
		return new RecordedCall(route.call(), exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers,
				new String(body, StandardCharsets.UTF_8), this.clock.instant(), null);
	}

	private Reply faulty(SimulatedFault fault, Route route) {
		String body = fault.body();
		if (body != null) {
			return new Reply(fault.status(), fault.headers(), body.getBytes(StandardCharsets.UTF_8));
		}
		GatewayRefusal refusal = GatewayRefusal.of(fault.status(), fault.code(), "A simulated fault");
		for (Map.Entry<String, String> header : fault.headers().entrySet()) {
			refusal = refusal.withHeader(header.getKey(), header.getValue());
		}
		return ErrorReplies.of(refusal, route.call(), null, this.clock.instant());
	}

	private Reply handle(HttpExchange exchange, Route route, RoutedRequest request) throws InterruptedException {
		try {
			SimulatorCall call = route.required();
			if (call.needsIdentity()) {
				this.quota.count(this.identity.of(exchange.getRequestHeaders()));
			}
			return this.router.route(call, request);
		}
		catch (GatewayRefusal ex) {
			return ErrorReplies.of(ex, route.call(), requestId(route, request.body()), this.clock.instant());
		}
		catch (Exception ex) {
			logger.error("The simulated gateway failed", ex);
			GatewayRefusal refusal = GatewayRefusal.of(500, "internal_error", "The simulated gateway failed");
			return ErrorReplies.of(refusal, route.call(), null, this.clock.instant());
		}
	}

	private static @Nullable String requestId(Route route, byte[] body) {
		if (route.call() == null || !route.call().speaksHarp()) {
			return null;
		}
		if (!route.variables().isEmpty()) {
			return route.variables().get(0);
		}
		try {
			return HarpJson.mapper().readTree(body).path("requestId").stringValue(null);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * Route of a request.
	 *
	 * @param call the kind of request, or {@code null} if none has this path and method
	 * @param variables the decoded variables of the path
	 * @param allowed a method that the path supports, or {@code null} if there is no such
	 * path
	 */
	private record Route(@Nullable SimulatorCall call, List<String> variables, @Nullable String allowed) {

		static Route find(String method, String rawPath) {
			String allowed = null;
			for (SimulatorCall call : SimulatorCall.values()) {
				List<String> variables = call.match(rawPath);
				if (variables != null && call.method().equals(method)) {
					return new Route(call, variables, method);
				}
				if (variables != null) {
					allowed = call.method();
				}
			}
			return new Route(null, List.of(), allowed);
		}

		SimulatorCall required() {
			if (this.call != null) {
				return this.call;
			}
			if (this.allowed != null) {
				throw GatewayRefusal.of(405, "method_not_allowed", "The path has another method")
					.withHeader("Allow", this.allowed);
			}
			throw GatewayRefusal.notFound("There is no such path");
		}

	}

}
