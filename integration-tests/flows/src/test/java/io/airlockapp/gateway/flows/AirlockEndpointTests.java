/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.autoconfigure.AirlockActuatorAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockDndAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPairingAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockPresenceAutoConfiguration;
import io.airlockapp.gateway.endpoint.AirlockEndpoint;
import io.airlockapp.gateway.endpoint.AirlockState;
import io.airlockapp.gateway.endpoint.DurableOperations;
import io.airlockapp.gateway.endpoint.DurableOperations.DurableApprovalState;
import io.airlockapp.gateway.endpoint.DurableOperations.DurableApprovalsState;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingInvitation;
import io.airlockapp.gateway.policy.DndMode;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.simulator.SimulatorCall;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for the actuator endpoint.
 */
@ExtendWith(OutputCaptureExtension.class)
class AirlockEndpointTests extends SimulatorTests {

	@Test
	void stateShowsAllPartsButNoSecrets() {
		configured().withConfiguration(AutoConfigurations.of(AirlockDndAutoConfiguration.class)).run((context) -> {
			CompletableFuture<?> decision = context.getBean(AirlockGatewayOperations.class)
				.requestApprovalAsync(ApprovalRequest.builder("Refund", "refund(order-4711)").build());
			String requestId = this.simulator.awaitPending().requestId();
			AirlockEndpoint endpoint = context.getBean(AirlockEndpoint.class);
			await().until(() -> endpoint.state().heartbeat().lastSuccess() != null);
			AirlockState state = endpoint.state();
			assertThat(state.enforcer().id()).isEqualTo("shop");
			assertThat(state.identity()).isEqualTo("pat");
			assertThat(state.pairings()).singleElement().satisfies((pairing) -> {
				assertThat(pairing.state()).isEqualTo(PairingInfo.State.PAIRED);
				assertThat(pairing.keys()).extracting(PairingInfo.Key::fingerprint)
					.containsExactly(this.simulator.signerKey().fingerprint());
			});
			assertThat(state.pending()).singleElement().satisfies((pending) -> {
				assertThat(pending.requestId()).isEqualTo(requestId);
				assertThat(pending.label()).isEqualTo("Refund");
				assertThat(pending.secondsLeft()).isBetween(1L, 300L);
			});
			assertThat(state.details())
				.isEqualTo(Map.of("doNotDisturb", Map.of("mode", DndMode.DENY_ONLY, "policies", List.of())));
			assertThat(new JsonMapper().writeValueAsString(state)).doesNotContain("order-4711", this.simulator.pat(),
					this.simulator.routingToken(),
					this.simulator.properties().get("airlock.gateway.pairing.encryption-key"));
			this.simulator.reject(requestId);
			await().until(decision::isDone);
			assertThat(endpoint.state().pending()).isEmpty();
		});
	}

	@Test
	void stateWhenPartFailsShowsProblemAndOtherParts() {
		DoNotDisturb broken = mock();
		given(broken.getMode()).willThrow(new NoSuchMethodError("getMode"));
		configured().withBean(DoNotDisturb.class, () -> broken).run((context) -> {
			AirlockState state = context.getBean(AirlockEndpoint.class).state();
			assertThat(state.identity()).isEqualTo("pat");
			assertThat(state.details()).extractingByKey("doNotDisturb").asString().contains("problem", "getMode");
		});
	}

	@Test
	void stateWithoutCredentialsShowsNoIdentity() {
		runner().run((context) -> assertThat(context.getBean(AirlockEndpoint.class).state().identity()).isNull());
	}

	@Test
	void withdrawsAPendingApproval() {
		configured().run((context) -> {
			CompletableFuture<?> decision = context.getBean(AirlockGatewayOperations.class)
				.requestApprovalAsync(ApprovalRequest.builder("Refund", "refund").build());
			String requestId = this.simulator.awaitPending().requestId();
			AirlockEndpoint endpoint = context.getBean(AirlockEndpoint.class);
			assertNotFound(withdraw(endpoint, "req-none"),
					"This instance waits for no such request. It waits for: " + requestId);
			assertThat(operate(endpoint, "withdraw").getStatus()).isEqualTo(400);
			assertThat(withdraw(endpoint, requestId).getBody()).isEqualTo(Map.of("withdrawn", requestId));
			await().until(decision::isDone);
			assertThat(decision).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalWithdrawnException.class)
				.withMessageContaining("An operator withdrew the request");
			assertThat(this.simulator.requests(SimulatorCall.WITHDRAW)).hasSize(1);
		});
	}

	@Test
	void decisionThatWasAppliedIsNotWithdrawn() {
		AtomicReference<AirlockEndpoint> endpoint = new AtomicReference<>();
		AtomicReference<WebEndpointResponse<Object>> answer = new AtomicReference<>();
		ApprovalListener listener = (request,
				type) -> (outcome) -> answer.set(withdraw(endpoint.get(), outcome.requestId()));
		approveAll();
		configured().withBean(ApprovalListener.class, () -> listener).run((context) -> {
			endpoint.set(context.getBean(AirlockEndpoint.class));
			assertThat(context.getBean(AirlockGatewayOperations.class)
				.requestApproval(ApprovalRequest.builder("Refund", "refund").build())
				.isApproved()).isTrue();
			assertThat(answer.get().getStatus()).isEqualTo(409);
			assertThat(body(answer.get()).get("problem")).asString().contains("cannot be withdrawn");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "revoke", "revoke-key" })
	void revokeWhenPairingIsUnknownIsRefused(String operation, CapturedOutput output) {
		run(configured(), AirlockEndpoint.class, (endpoint) -> {
			assertNotFound(endpoint.operate(operation, "defualt", null, "key-1", null, null, null, null),
					"There is no pairing 'defualt'. The pairings are: default");
			assertThat(endpoint.operate(operation, "no name", null, "key-1", null, null, null, null).getStatus())
				.isEqualTo(400);
			assertThat(state(endpoint)).isEqualTo(PairingInfo.State.PAIRED);
		});
		assertThat(output).doesNotContain("revoked");
		assertThat(this.simulator.requests(SimulatorCall.PAIRING_REVOKE)).isEmpty();
	}

	@Test
	void revokeWithoutPairingIsRefused(CapturedOutput output) {
		unpaired().run((context) -> {
			WebEndpointResponse<Object> answer = operate(context.getBean(AirlockEndpoint.class), "revoke");
			assertThat(answer.getStatus()).isEqualTo(409);
			assertThat(body(answer).get("problem")).asString().startsWith("There is nothing to revoke");
		});
		assertThat(output).doesNotContain("was revoked");
	}

	@ParameterizedTest
	@ValueSource(strings = { "revok", "REVOKE_KEY", "" })
	void unknownOperationNamesOperations(String operation) {
		configured().run((context) -> assertNotFound(operate(context.getBean(AirlockEndpoint.class), operation),
				"There is no such operation. The operations are: pair, claim, revoke, revoke-key, withdraw, "
						+ "halt, resume, cancel, resolve, sign-in, sign-out"));
	}

	private static void assertNotFound(WebEndpointResponse<Object> answer, String problem) {
		assertThat(answer.getStatus()).isEqualTo(404);
		assertThat(body(answer)).isEqualTo(Map.of("problem", problem));
	}

	@Test
	void pairsByACodeThatAPersonEnters() {
		run(unpaired(), AirlockEndpoint.class, (endpoint) -> {
			assertThat(state(endpoint)).isEqualTo(PairingInfo.State.NOT_PAIRED);
			PairingInvitation invitation = (PairingInvitation) operate(endpoint, "pair").getBody();
			assertThat(invitation).hasNoNullFieldsOrProperties();
			this.simulator.enterPairingCode(invitation.code());
			await().until(() -> state(endpoint) == PairingInfo.State.PAIRED);
			String keyId = endpoint.state().pairings().get(0).keys().get(0).id();
			assertThat(endpoint.operate("revoke-key", null, null, "none", null, null, null, null).getStatus())
				.isEqualTo(409);
			assertThat(endpoint.operate("revoke-key", null, null, keyId, null, null, null, null).getStatus())
				.isEqualTo(200);
			assertThat(state(endpoint)).isEqualTo(PairingInfo.State.REVOKED);
		});
	}

	@Test
	void pairsByACodeThatWasMadeBefore() {
		run(unpaired(), AirlockEndpoint.class, (endpoint) -> {
			String code = this.simulator.preGeneratePairingCode();
			assertThat(endpoint.operate("claim", null, "NONE42", null, null, null, null, null).getStatus())
				.isEqualTo(409);
			assertThat(endpoint.operate("claim", null, code, null, null, null, null, null).getStatus()).isEqualTo(200);
			await().until(() -> state(endpoint) == PairingInfo.State.PAIRED);
			assertThat(operate(endpoint, "revoke").getStatus()).isEqualTo(200);
			assertThat(state(endpoint)).isEqualTo(PairingInfo.State.REVOKED);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "claim", "revoke-key", "withdraw" })
	void operationWithoutParameterNamesIt(String operation) {
		configured().run((context) -> {
			WebEndpointResponse<Object> answer = operate(context.getBean(AirlockEndpoint.class), operation);
			assertThat(answer.getStatus()).isEqualTo(400);
			assertThat(body(answer).get("problem")).asString().startsWith("Missing parameter '");
		});
	}

	@Test
	void pairWhenGatewayFailsReportsStatus() {
		unpaired().run((context) -> {
			this.simulator.failNext(SimulatorCall.PAIRING_INITIATE, 503);
			WebEndpointResponse<Object> answer = operate(context.getBean(AirlockEndpoint.class), "pair");
			assertThat(answer.getStatus()).isEqualTo(502);
			assertThat(body(answer).get("problem")).asString().contains("503");
		});
	}

	@Test
	void stateShowsDurableApprovals() {
		DurableApprovalsState durable = new DurableApprovalsState(Map.of("SUBMITTED", 1),
				List.of(new DurableApprovalState("req-1", "Payouts.pay", "Payout", "SUBMITTED", null, 90, null, null,
						null, 1, 2, List.of("ben"))),
				null);
		withDurable((operations) -> given(operations.getState()).willReturn(durable), (endpoint) -> {
			assertThat(endpoint.state().durable()).isEqualTo(durable);
			assertThat(new JsonMapper().writeValueAsString(endpoint.state())).contains("\"req-1\"");
		});
	}

	@Test
	void stateWhenDurableApprovalsCannotBeReadShowsProblem() {
		withDurable((operations) -> given(operations.getState()).willThrow(new IllegalStateException("No database")),
				(endpoint) -> {
					AirlockState state = endpoint.state();
					assertThat(state.identity()).isEqualTo("pat");
					assertThat(state.durable().problem()).contains("IllegalStateException");
				});
	}

	@Test
	void cancelsADurableApproval() {
		withDurable((operations) -> {
			given(operations.cancel("req-1")).willReturn(true);
			given(operations.exists("req-2")).willReturn(true);
			given(operations.getState())
				.willReturn(new DurableApprovalsState(Map.of(), List.of(new DurableApprovalState("req-2", "Payouts.pay",
						"Payout", "CLAIMED", null, 90, null, null, null, 1, 1, List.of())), null));
		}, (endpoint) -> {
			assertThat(cancel(endpoint, "req-1").getBody()).isEqualTo(Map.of("cancelled", "req-1"));
			assertThat(cancel(endpoint, "req-2").getStatus()).isEqualTo(409);
			assertNotFound(cancel(endpoint, "req-3"),
					"There is no such approval. Those that have not ended are: req-2");
			assertThat(cancel(endpoint, null).getStatus()).isEqualTo(400);
		});
	}

	@Test
	void resolvesADurableApproval() {
		withDurable((operations) -> {
			given(operations.resolve("req-1", false)).willReturn(true);
			given(operations.getState()).willReturn(new DurableApprovalsState(Map.of(), List.of(), null));
			given(operations.exists("req-2")).willReturn(true);
		}, (endpoint) -> {
			assertThat(resolve(endpoint, "req-1", "did-not-run").getBody()).isEqualTo(Map.of("resolved", "req-1"));
			assertThat(resolve(endpoint, "req-2", "ran").getStatus()).isEqualTo(409);
			assertNotFound(resolve(endpoint, "req-3", "ran"),
					"There is no such approval. Those that have not ended are: none");
			assertThat(resolve(endpoint, "req-1", null).getStatus()).isEqualTo(400);
			assertThat(resolve(endpoint, null, "ran").getStatus()).isEqualTo(400);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "success", "RAN", "" })
	void unknownResolutionNamesResolutions(String resolution) {
		withDurable((operations) -> {
		}, (endpoint) -> {
			WebEndpointResponse<Object> answer = resolve(endpoint, "req-1", resolution);
			assertThat(answer.getStatus()).isEqualTo(400);
			assertThat(body(answer))
				.isEqualTo(Map.of("problem", "The parameter 'resolution' must be 'ran' or 'did-not-run'"));
		});
	}

	@Test
	void durableOperationsWithoutModuleNameDependency() {
		run(configured(), AirlockEndpoint.class, (endpoint) -> {
			assertThat(endpoint.state().durable()).isNull();
			for (WebEndpointResponse<Object> answer : List.of(cancel(endpoint, "req-1"),
					resolve(endpoint, "req-1", "ran"))) {
				assertThat(answer.getStatus()).isEqualTo(409);
				assertThat(body(answer).get("problem")).asString()
					.contains("io.airlockapp:airlock-gateway-spring-boot-durable");
			}
		});
	}

	private void withDurable(Consumer<DurableOperations> given, ThrowingConsumer<AirlockEndpoint> test) {
		DurableOperations operations = mock();
		given.accept(operations);
		configured().withBean(DurableOperations.class, () -> operations)
			.run((context) -> test.accept(context.getBean(AirlockEndpoint.class)));
	}

	private static WebEndpointResponse<Object> operate(AirlockEndpoint endpoint, String operation) {
		return endpoint.operate(operation, null, null, null, null, null, null, null);
	}

	private static WebEndpointResponse<Object> withdraw(AirlockEndpoint endpoint, String requestId) {
		return endpoint.operate("withdraw", null, null, null, requestId, null, null, null);
	}

	private static WebEndpointResponse<Object> cancel(AirlockEndpoint endpoint, String requestId) {
		return endpoint.operate("cancel", null, null, null, requestId, null, null, null);
	}

	private static WebEndpointResponse<Object> resolve(AirlockEndpoint endpoint, String requestId, String resolution) {
		return endpoint.operate("resolve", null, null, null, requestId, resolution, null, null);
	}

	@Test
	void endpointIsAbsentUnlessExposed() {
		assertAbsent(configured().withPropertyValues("management.endpoints.web.exposure.include=health"));
		assertAbsent(configured().withPropertyValues("management.endpoint.airlock.access=NONE"));
		assertAbsent(configured().withPropertyValues("airlock.gateway.enabled=false"));
	}

	private static void assertAbsent(ApplicationContextRunner runner) {
		runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AirlockEndpoint.class));
	}

	private static PairingInfo.State state(AirlockEndpoint endpoint) {
		return endpoint.state().pairings().get(0).state();
	}

	private static Map<String, Object> body(WebEndpointResponse<Object> answer) {
		return assertThat(answer.getBody()).asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
			.actual();
	}

	private ApplicationContextRunner configured() {
		return runner().withPropertyValues(SimulatedApplications.properties(this.simulator));
	}

	private ApplicationContextRunner unpaired() {
		return runner().withBean(PairingStore.class, InMemoryPairingStore::new)
			.withPropertyValues("airlock.gateway.base-url=" + this.simulator.baseUrl(),
					"airlock.gateway.auth.pat=" + this.simulator.pat(), "airlock.gateway.pairing.poll-interval=1s");
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockGatewayAutoConfiguration.class,
					AirlockActuatorAutoConfiguration.class, AirlockPairingAutoConfiguration.class,
					AirlockPresenceAutoConfiguration.class, EndpointAutoConfiguration.class))
			.withPropertyValues("airlock.gateway.enforcer.id=shop", "management.endpoints.web.exposure.include=*");
	}

}
