/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.client.PairingClaim;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Whatever a gateway answers, even if it repeats on purpose what it was told, no secret
 * is in a log or an exception.
 */
@Tag("slow")
class SecretsTests {

	@AutoClose
	private static final WireGateway gateway = WireGateway.start();

	private static final int[] STATUSES = { 200, 202, 302, 400, 401, 403, 404, 409, 422, 500, 503 };

	private LogRecorder log;

	@BeforeEach
	void record() {
		this.log = LogRecorder.attach();
	}

	@AfterEach
	void nothingWasLogged() {
		this.log.close();
		Secrets.assertNoneIn("log", this.log.text());
		gateway.reset();
	}

	/**
	 * Return each secret with a call that tells it to the gateway.
	 */
	static Stream<Arguments> told() {
		return Stream.of(told(Secrets.PAT, AirlockGatewayOperations::checkConsent),
				told(Secrets.BEARER_TOKEN, AirlockGatewayOperations::checkConsent),
				told(Secrets.CLIENT_SECRET, AirlockGatewayOperations::checkConsent),
				told(Secrets.ROUTING_TOKEN, (operations) -> operations.revokePairing(Secrets.ROUTING_TOKEN)),
				told(Secrets.PAIRING_CODE, (operations) -> operations
					.claimPairing(new PairingClaim(Secrets.PAIRING_CODE, "d", "e", "l", "w", null, null))));
	}

	private static Arguments told(String secret, Consumer<AirlockGatewayOperations> call) {
		return Arguments.argumentSet(Secrets.nameOf(secret), secret, call);
	}

	@ParameterizedTest
	@MethodSource("told")
	void secretsInResponseAreNotRepeated(String secret, Consumer<AirlockGatewayOperations> call) {
		run(runner(secret), (context) -> {
			AirlockGatewayOperations operations = context.getBean(AirlockGatewayOperations.class);
			for (int status : STATUSES) {
				for (Function<ResponseDefinitionBuilder, ResponseDefinitionBuilder> headers : headers(secret)) {
					assertThat(bodies(secret)).allSatisfy((body) -> {
						gateway.answer(headers.apply(WireMock.aResponse().withStatus(status).withBody(body)));
						assertSilent(() -> call.accept(operations));
					});
				}
			}
		});
	}

	/**
	 * Return the bodies that repeat a secret, as an error or as anything else.
	 */
	private static List<String> bodies(String secret) {
		return List.of(secret, "{\"" + secret + "\":\"" + secret, "<p>" + secret, "\"" + secret + "\"",
				"{\"body\":\"" + secret + "\"}", "{\"status\":{\"" + secret + "\":1},\"expiresAt\":\"" + secret + "\"}",
				"{\"" + secret + "\":1,\"" + secret + "\":2}", error("code", secret), error("code", "bad " + secret),
				error("message", secret), error("message", "No '" + secret + "' here"),
				error("message", "req-" + secret), error("message", "msg-" + secret),
				error("message", "x".repeat(790) + " " + secret), error("message", "word ".repeat(37) + secret),
				error("message", (secret + " ").repeat(100)),
				error("message", "X-PAT: " + secret + ", Authorization: Bearer " + secret), error("requestId", secret),
				error("requestId", "req-" + secret), error("consentUrl", "https://consent.example/?token=" + secret),
				"{\"error\":\"%s\",\"message\":\"%s\"}".formatted(secret, secret),
				"{\"errorCode\":\"%s\",\"error_description\":\"%s\"}".formatted(secret, secret),
				"{\"error\":\"app_consent_required\",\"consentUrl\":\"https://consent.example/%s\"}".formatted(secret));
	}

	private static String error(String member, String value) {
		return "{\"msgType\":\"error\",\"body\":{\"%s\":\"%s\"}}".formatted(member, value);
	}

	private static List<Function<ResponseDefinitionBuilder, ResponseDefinitionBuilder>> headers(String secret) {
		return List.of((answer) -> answer.withHeader("Content-Type", "application/json"),
				(answer) -> answer.withHeader("Content-Type", secret)
					.withStatusMessage(secret)
					.withHeader("Retry-After", secret)
					.withHeader("Location", "https://elsewhere.example/" + secret)
					.withHeader("WWW-Authenticate", secret)
					.withHeader("Set-Cookie", secret)
					.withHeader("X-Request-Id", secret));
	}

	static Stream<Arguments> secrets() {
		return Secrets.all.keySet().stream().map((name) -> Arguments.argumentSet(name, Secrets.all.get(name)));
	}

	@ParameterizedTest
	@MethodSource("secrets")
	void secretsInMalformedHttpAreNotRepeated(String secret) {
		List<String> answers = List.of(secret, "HTTP/1.1 " + secret + " OK", "HTTP/" + secret + " 200 OK",
				"HTTP/1.1 200 " + secret + "\r\n" + secret, "HTTP/1.1 200 OK\r\nx " + secret + ": 1",
				"HTTP/1.1 200 OK\r\nx: " + secret + "\u0000", "HTTP/1.1 200 OK\r\nContent-Length: " + secret,
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + secret,
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: " + secret, "HTTP/1.1 101 X\r\nUpgrade: " + secret);
		try (RawServer server = RawServer.start()) {
			run(runner(secret).withPropertyValues("airlock.gateway.base-url=" + server.baseUrl()), (context) -> {
				AirlockGatewayOperations operations = context.getBean(AirlockGatewayOperations.class);
				assertThat(answers).allSatisfy((answer) -> {
					server.answer(answer + "\r\n\r\n");
					assertSilent(operations::echo);
					assertSilent(() -> operations.getExchange("req-1"));
				});
			});
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 202, 302, 400, 401, 403, 404, 409, 422, 429, 500 })
	void failureOfGuardedCallContainsNoSecrets(int status) {
		String all = String.join(" ", Secrets.PAT, Secrets.CLIENT_SECRET, Secrets.ROUTING_TOKEN);
		String error = "{\"error\":\"%s\",\"message\":\"%s\",\"requestId\":\"%s\"}".formatted(all, all, all);
		run(runner(), (context) -> {
			for (String body : List.of(error, all, "{\"body\":\"" + Secrets.ROUTING_TOKEN)) {
				gateway.answer(WireMock.jsonResponse(body, status));
				Throwable ex = assertSilent(() -> pay(context));
				assertThat(ex).isInstanceOf(AirlockGatewayException.class);
			}
		});
	}

	@Test
	void failureOfDecisionWithSecretsInAnyMemberContainsNone() {
		run(runner(), (context) -> assertThat(members()).allSatisfy((member) -> {
			gateway.answer(WireGateway.Call.WAIT, (approval) -> {
				member.accept(approval, String.join(" ", Secrets.all.values()));
				return WireMock.okJson(approval.envelope().toString());
			});
			assertSilent(() -> pay(context));
			gateway.answer(WireGateway.Call.WAIT, (approval) -> {
				member.accept(approval, Secrets.PAT);
				approval.sign();
				return WireMock.okJson(approval.envelope().toString());
			});
			assertSilent(() -> pay(context));
		}));
	}

	private static Stream<BiConsumer<Decision, String>> members() {
		Stream<BiConsumer<Decision, String>> envelope = Stream
			.of("msgId", "msgType", "requestId", "createdAt", "expiresAt", "sender", "recipient", "body")
			.map((name) -> (decision, secret) -> decision.envelope().put(name, secret));
		Stream<BiConsumer<Decision, String>> body = Stream
			.of("artifactHash", "decision", "nonce", "signerKeyId", "signature", "reason", "requestId", "expiresAt",
					"scope", "sigAlg")
			.map((name) -> (decision, secret) -> decision.body().put(name, secret));
		return Stream.concat(envelope, body);
	}

	@Test
	void denialWithReasonOfGatewayContainsNoSecrets() {
		gateway.answer(WireGateway.Call.WAIT, (approval) -> {
			approval.body().put("decision", "reject");
			approval.sign();
			approval.body().put("reason", Secrets.PAT + " " + Secrets.ROUTING_TOKEN + "\n" + Secrets.PAT.repeat(1_000));
			return WireMock.okJson(approval.envelope().toString());
		});
		run(runner(),
				(context) -> assertThat(assertSilent(() -> context.getBean(PaymentService.class).pay("a")).getMessage())
					.contains("was denied")
					.hasSizeLessThan(500));
	}

	private static void pay(ApplicationContext context) {
		context.getBean(PaymentService.class)
			.payWithPin(Secrets.ARGUMENT, Secrets.SENSITIVE_ARGUMENT, Secrets.ARGUMENT);
	}

	private static Throwable assertSilent(Runnable call) {
		Throwable ex = catchThrowable(call::run);
		if (ex != null) {
			assertThat(ex).isInstanceOf(AirlockGatewayException.class);
			Secrets.assertNoneIn(ex);
		}
		return ex;
	}

	private static void run(ApplicationContextRunner runner, Consumer<ApplicationContext> test) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static ApplicationContextRunner runner() {
		return runner(Secrets.PAT);
	}

	private static ApplicationContextRunner runner(String secret) {
		ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(GuardedApplication.class)
			.withPropertyValues(Secrets.properties(gateway.properties()))
			.withPropertyValues("airlock.gateway.read-timeout=1s");
		// A PAT would be sent instead
		return secret.equals(Secrets.BEARER_TOKEN) ? runner.withPropertyValues("airlock.gateway.auth.pat=") : runner;
	}

}
