package io.airlockapp.gateway.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.UserLogin;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.pairing.PairingManager;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Actuator endpoint that exposes the state of approvals and pairings to operators, and
 * provides operations to pair, revoke and withdraw. It can only be read unless {@code
 * management.endpoint.airlock.access} says otherwise.
 */
@WebEndpoint(id = "airlock", defaultAccess = Access.READ_ONLY)
public final class AirlockEndpoint {

	private final AirlockStateReporter reporter;

	private final PairingManager pairings;

	private final PendingApprovals pending;

	private final AirlockGatewayOperations gateway;

	private final @Nullable UserLogin login;

	/**
	 * Create an endpoint.
	 * @param reporter tells where everything stands
	 * @param pairings makes and ends pairings
	 * @param pending the approvals that can be withdrawn
	 * @param gateway tells of the user's consent
	 * @param login the login of a person, if the application uses that
	 */
	public AirlockEndpoint(AirlockStateReporter reporter, PairingManager pairings, PendingApprovals pending,
			AirlockGatewayOperations gateway, @Nullable UserLogin login) {
		this.reporter = reporter;
		this.pairings = pairings;
		this.pending = pending;
		this.gateway = gateway;
		this.login = login;
	}

	/**
	 * Return the state of approvals and pairings.
	 * @return the state
	 */
	@ReadOperation
	public AirlockState state() {
		return this.reporter.report();
	}

	/**
	 * Do something.
	 * @param operation what to do
	 * @param pairing the pairing's name, {@code default} unless it is given
	 * @param code the code to claim
	 * @param keyId the signer key to revoke
	 * @param requestId the request to withdraw
	 * @return what came of it: status 400 if a parameter is missing or wrong, 409 if the
	 * state doesn't allow it, 404 if there is no such request, and 502 if the gateway
	 * fails, each with a {@code problem}
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operate(@Selector AirlockOperation operation, @Nullable String pairing,
			@Nullable String code, @Nullable String keyId, @Nullable String requestId) {
		String name = (pairing != null) ? pairing : Pairing.DEFAULT_NAME;
		return switch (operation) {
			case PAIR -> EndpointAnswers.answer(() -> EndpointAnswers.describe(this.pairings.initiate(name)));
			case CLAIM ->
				EndpointAnswers.answer(() -> this.pairings.claim(name, EndpointAnswers.require("code", code)));
			case PRE_GENERATE -> EndpointAnswers.answer(() -> EndpointAnswers.describe(this.pairings.preGenerate()));
			case REVOKE -> EndpointAnswers.answer(() -> this.pairings.revoke(name));
			case REVOKE_KEY -> EndpointAnswers
				.answer(() -> this.pairings.revokeSignerKey(name, EndpointAnswers.require("keyId", keyId)));
			case WITHDRAW -> withdraw(requestId);
			case CHECK_CONSENT -> EndpointAnswers.answer(this::checkConsent);
			case SIGN_IN -> login(UserLogin::signIn);
			case SIGN_OUT -> login(UserLogin::signOut);
		};
	}

	private WebEndpointResponse<Object> withdraw(@Nullable String requestId) {
		if (requestId == null) {
			return EndpointAnswers.problem(WebEndpointResponse.STATUS_BAD_REQUEST, "Missing parameter 'requestId'");
		}
		if (!this.pending.withdraw(requestId)) {
			return EndpointAnswers.problem(WebEndpointResponse.STATUS_NOT_FOUND,
					"This instance waits for no such request");
		}
		return new WebEndpointResponse<>(Map.of("withdrawn", requestId));
	}

	private WebEndpointResponse<Object> login(Consumer<UserLogin> operation) {
		UserLogin present = this.login;
		if (present == null) {
			return EndpointAnswers.problem(EndpointAnswers.CONFLICT,
					"Nobody signs in to this application: set 'airlock.gateway.auth.device-login.enabled=true' for that");
		}
		return EndpointAnswers.answer(() -> {
			operation.accept(present);
			return present.getState();
		});
	}

	private Map<String, Object> checkConsent() {
		try {
			ConsentStatus status = this.gateway.checkConsent();
			return Map.of("consent", (status.status() != null) ? status.status() : "unknown");
		}
		catch (AirlockGatewayException ex) {
			if (!ex.isConsentMissing()) {
				throw ex;
			}
			Map<String, Object> answer = new LinkedHashMap<>();
			answer.put("consent", String.valueOf(ex.getCode()));
			if (ex.getConsentUrl() != null) {
				answer.put("consentAt", ex.getConsentUrl());
			}
			return answer;
		}
	}

}
