/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Map;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.airlockapp.gateway.simulator.gateway.ErrorReplies;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.HttpIo;
import io.airlockapp.gateway.simulator.http.JsonBody;
import io.airlockapp.gateway.simulator.http.Reply;
import org.jspecify.annotations.Nullable;

/**
 * {@link HttpHandler} that serves the approvers' page and routes its requests.
 *
 * @param clock the clock
 * @param guard the protection from other sites
 * @param api the page's actions
 * @param events the page's events
 */
public record ApproverHandler(InstantSource clock, SameOriginFilter guard, ApproverApi api,
		ApproverEvents events) implements HttpHandler {

	public static final String PATH = "/approver";

	private static final Map<String, String> SECURITY_HEADERS = Map.of("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
					+ "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
			"X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY", "Referrer-Policy", "no-referrer",
			"Cross-Origin-Opener-Policy", "same-origin", "Cross-Origin-Resource-Policy", "same-origin", "Cache-Control",
			"no-store");

	private static final Map<String, Resource> RESOURCES = Map.of("", new Resource("approver.html", "text/html"),
			"/approver.css", new Resource("approver.css", "text/css"), "/approver.js",
			new Resource("approver.js", "text/javascript"), "/approver.svg",
			new Resource("approver.svg", "image/svg+xml"));

	@Override
	public void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			SECURITY_HEADERS.forEach(exchange.getResponseHeaders()::set);
			Reply reply;
			try {
				reply = reply(exchange);
			}
			catch (GatewayRefusal ex) {
				reply = ErrorReplies.of(ex, null, null, this.clock.instant());
			}
			if (reply != null) {
				HttpIo.send(exchange, reply);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private @Nullable Reply reply(HttpExchange exchange) throws IOException, InterruptedException {
		Headers headers = exchange.getRequestHeaders();
		String path = exchange.getRequestURI().getPath().substring(PATH.length());
		String method = exchange.getRequestMethod();
		if (method.equals("POST")) {
			this.guard.checkWrite(headers);
			return change(path, approver(exchange), HttpIo.body(exchange));
		}
		this.guard.checkRead(headers);
		if (!method.equals("GET")) {
			throw GatewayRefusal.of(405, "method_not_allowed", "The page has no such method")
				.withHeader("Allow", "GET, POST");
		}
		if (path.equals("/events")) {
			this.events.send(exchange, approver(exchange));
			return null;
		}
		Resource resource = RESOURCES.get(path.equals("/") ? "" : path);
		if (resource == null) {
			throw GatewayRefusal.notFound("There is no such page");
		}
		return resource.reply();
	}

	private Approver approver(HttpExchange exchange) {
		return this.api.approver(HttpIo.query(exchange.getRequestURI()).get("name"));
	}

	private Reply change(String path, Approver approver, byte[] body) {
		return switch (path) {
			case "/decisions" -> this.api.decide(JsonBody.parse(body));
			case "/pairings" -> this.api.pair(approver, JsonBody.parse(body));
			case "/pairing-codes" -> this.api.makeCode(approver);
			default -> throw GatewayRefusal.notFound("There is no such action");
		};
	}

	/**
	 * Part of the page.
	 *
	 * @param name the name of the class path resource
	 * @param type its media type
	 */
	private record Resource(String name, String type) {

		Reply reply() throws IOException {
			try (InputStream in = ApproverHandler.class.getResourceAsStream(this.name)) {
				if (in == null) {
					throw new IOException("The class path lacks " + this.name);
				}
				return new Reply(200, Map.of("Content-Type", this.type + "; charset=utf-8"), in.readAllBytes());
			}
		}

	}

}
