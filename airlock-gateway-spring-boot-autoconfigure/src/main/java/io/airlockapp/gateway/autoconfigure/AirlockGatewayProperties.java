/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.policy.DndMode;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the Airlock gateway. Records with secrets do not include them in their
 * text.
 *
 * @param enabled Whether to connect to the gateway; without a connection, guarded methods
 * are denied.
 * @param baseUrl Base URL of the gateway.
 * @param connectTimeout Time to wait for a connection.
 * @param readTimeout Maximum time of a whole response, to which the requested poll time
 * of a long poll is added.
 * @param allowInsecureHttp Whether to allow plain HTTP to a gateway that is not on this
 * machine.
 * @param pairings Additional pairings by name, each with 'code', 'routing-token',
 * 'encryption-key', 'signer-keys' and 'principals'.
 * @param approvers Groups of approvers by name, several of whom have to approve an
 * invocation.
 */
@ConfigurationProperties("airlock.gateway")
record AirlockGatewayProperties(@DefaultValue("true") @Nullable Boolean enabled, @Nullable String baseUrl,
		@DefaultValue("5s") Duration connectTimeout, @DefaultValue("10s") Duration readTimeout,
		@DefaultValue("false") boolean allowInsecureHttp, @DefaultValue Ssl ssl, @DefaultValue Auth auth,
		@DefaultValue Enforcer enforcer, @DefaultValue Workspace workspace, @DefaultValue DefaultPairing pairing,
		@DefaultValue Map<String, Pairing> pairings, @DefaultValue Map<String, Approvers> approvers,
		@DefaultValue Approval approval, @DefaultValue Presence presence, @DefaultValue Halt halt,
		@DefaultValue RateLimit rateLimit, @DefaultValue Audit audit, @DefaultValue Consent consent,
		@DefaultValue Dnd dnd, @DefaultValue Observation observation, @DefaultValue Jdbc jdbc, @DefaultValue Web web) {

	AirlockGatewayProperties {
		pairings = withoutVariants(pairings);
		approvers = withoutVariants(approvers);
	}

	/**
	 * Remove names that are those of others without hyphens and have the same values. An
	 * environment variable has no hyphens, and Spring Boot binds its value to both names.
	 */
	private static <T> Map<String, T> withoutVariants(Map<String, T> named) {
		Map<String, T> remaining = new LinkedHashMap<>(named);
		remaining.keySet()
			.removeIf((name) -> named.keySet()
				.stream()
				.anyMatch((other) -> !other.equals(name) && other.replace("-", "").equals(name)
						&& Objects.equals(named.get(other), named.get(name))));
		return remaining;
	}

	/**
	 * Properties of TLS.
	 *
	 * @param bundle Name of the SSL bundle for connections to the gateway.
	 */
	record Ssl(@Nullable String bundle) {
	}

	/**
	 * Properties of the identity.
	 *
	 * @param pat Personal access token that authenticates the user.
	 * @param bearerToken Bearer token that authenticates the user; not sent if a personal
	 * access token is set.
	 * @param clientId Client id of a registered enforcer application.
	 * @param clientSecret Client secret of a confidential enforcer application.
	 * @param origin Origin of a public enforcer application.
	 * @param clientRegistrationId Spring Security OAuth client registration whose access
	 * tokens authenticate the user.
	 * @param matchUsersByName Whether users who were authenticated other than by OAuth
	 * get the access tokens that the client registration stores under the same name.
	 * @param deviceLogin Properties of the device login.
	 */
	record Auth(@Nullable String pat, @Nullable String bearerToken, @Nullable String clientId,
			@Nullable String clientSecret, @Nullable String origin, @Nullable String clientRegistrationId,
			@DefaultValue("false") boolean matchUsersByName, @DefaultValue DeviceLogin deviceLogin) {

		@Override
		public String toString() {
			return "Auth";
		}

	}

	/**
	 * Properties of the device login.
	 *
	 * @param enabled Whether a person signs in with a code on another device.
	 * @param issuerUri Issuer of the identity provider; without it, the gateway selects
	 * the page on which a person signs in, and a warning is logged at start.
	 * @param clientId Client id at the identity provider; by default the one that the
	 * gateway names.
	 * @param scope Scope to request, separated by spaces.
	 * @param maxCodes Maximum number of codes that are shown one after the other until a
	 * person signs in.
	 * @param logCode Whether codes are logged; the person who enters a code first becomes
	 * the user.
	 */
	record DeviceLogin(@DefaultValue("false") boolean enabled, @Nullable String issuerUri, @Nullable String clientId,
			@DefaultValue("openid profile email") String scope, @DefaultValue("10") int maxCodes,
			@DefaultValue("false") boolean logCode) {
	}

	/**
	 * Properties of the enforcer.
	 *
	 * @param id Id of this application as an enforcer; by default the application's name.
	 * @param label Name of this application that is shown to people; by default the id.
	 * @param deviceId Id of the device this application runs on; by default the
	 * enforcer's id.
	 */
	record Enforcer(@Nullable String id, @Nullable String label, @Nullable String deviceId) {
	}

	/**
	 * Properties of the workspace.
	 *
	 * @param name Name of the workspace, shown in the inbox.
	 * @param repoName Name of the repository, shown in the inbox.
	 */
	record Workspace(@DefaultValue("default") String name, @DefaultValue("") String repoName) {
	}

	/**
	 * Properties of a pairing.
	 *
	 * @param code Pairing code that was generated on the phone; claimed once.
	 * @param routingToken Routing token of the pairing.
	 * @param encryptionKey Encryption key of the pairing: 32 bytes as base64 or
	 * base64url.
	 * @param signerKeys Ed25519 public keys whose decisions are accepted, by signer key
	 * id, as base64 or base64url.
	 * @param principals Names under which the owner of the pairing is authenticated;
	 * pairings with a common name belong to one person.
	 */
	record Pairing(@Nullable String code, @Nullable String routingToken, @Nullable String encryptionKey,
			@DefaultValue Map<String, String> signerKeys, @DefaultValue List<String> principals) {

		@Override
		public String toString() {
			return "Pairing";
		}

	}

	/**
	 * Properties of the default pairing.
	 *
	 * @param code Pairing code that was generated on the phone; claimed once.
	 * @param routingToken Routing token of the pairing.
	 * @param encryptionKey Encryption key of the pairing: 32 bytes as base64 or
	 * base64url.
	 * @param signerKeys Ed25519 public keys whose decisions are accepted, by signer key
	 * id, as base64 or base64url.
	 * @param principals Names under which the owner of the pairing is authenticated;
	 * pairings with a common name belong to one person.
	 * @param pollInterval Interval at which the completion of a pairing is polled, from
	 * 1s to 1m.
	 */
	record DefaultPairing(@Nullable String code, @Nullable String routingToken, @Nullable String encryptionKey,
			@DefaultValue Map<String, String> signerKeys, @DefaultValue List<String> principals,
			@DefaultValue("4s") Duration pollInterval, @DefaultValue Store store) {

		Pairing asPairing() {
			return new Pairing(this.code, this.routingToken, this.encryptionKey, this.signerKeys, this.principals);
		}

		@Override
		public String toString() {
			return "DefaultPairing";
		}

	}

	/**
	 * Properties of the store for pairings.
	 *
	 * @param type Type of the pairing store.
	 * @param path Directory of a store of type 'file', created if it is missing, with
	 * access only for the application's user.
	 * @param key Key that encrypts the entries of a store of type 'file' or 'jdbc': 32
	 * bytes as base64 or base64url.
	 * @param previousKeys Former keys, which only decrypt.
	 */
	record Store(@DefaultValue("properties") Type type, @Nullable String path, @Nullable String key,
			@DefaultValue List<String> previousKeys) {

		@Override
		public String toString() {
			return "Store";
		}

		enum Type {

			PROPERTIES, FILE, JDBC

		}

	}

	/**
	 * Properties of a group of approvers.
	 *
	 * @param pairings Names of the pairings whose approvers are asked at once.
	 * @param quorum Number of persons who have to approve; required if there are several
	 * pairings.
	 * @param timeout Time within which they have to decide, from 1s to 7d; by default
	 * 'airlock.gateway.approval.timeout', or 'airlock.gateway.durable.timeout' for
	 * durable methods.
	 * @param excludeRequester Whether the requester of an invocation cannot approve it.
	 * @param unknownRequester Whether an invocation is denied or approval is requested if
	 * the requester is excluded, but unknown.
	 * @param escalation Steps by which more approvers are asked.
	 */
	record Approvers(@DefaultValue List<String> pairings, @Nullable Integer quorum, @Nullable Duration timeout,
			@DefaultValue("false") boolean excludeRequester, @DefaultValue("deny") UnknownRequester unknownRequester,
			@DefaultValue List<Escalation> escalation) {

		/**
		 * Properties of a step of the escalation.
		 *
		 * @param after Time from the request to this step, at least 1s and later than
		 * that of the step before.
		 * @param pairings Names of the pairings whose approvers are asked in addition.
		 * @param onUnavailable Whether they are asked at once if those who were asked
		 * before cannot reach the quorum.
		 */
		record Escalation(@Nullable Duration after, @DefaultValue List<String> pairings,
				@DefaultValue("true") boolean onUnavailable) {
		}

		enum UnknownRequester {

			DENY, ASK

		}

	}

	/**
	 * Properties of approvals.
	 *
	 * @param mode Whether guarded methods require an approval or run without it.
	 * @param timeout Time within which the approver has to decide, from 1s to 7d.
	 * @param pollTimeout Maximum time of one long poll for a decision, from 1s to 60s.
	 * @param artifactType Artifact type of requests.
	 * @param order Order of the guard's interceptor, by default between authorization and
	 * transactions.
	 * @param signatureForms Accepted forms of a decision's signature.
	 * @param allowInTransaction Whether guarded methods can be invoked inside an open
	 * transaction, which then stays open during the decision.
	 * @param journal Journal of used approvals.
	 * @param denialCooldown Time after a denial in which the same invocation of the same
	 * requester is denied without a new request.
	 * @param maxSize Maximum size of the arguments of one invocation, as JSON; larger
	 * invocations are refused.
	 * @param maxPending Maximum number of pending approvals; by default 250, or half of
	 * the threads of a servlet web server without virtual threads if that is less.
	 * @param shutdownTimeout Maximum time for withdrawing pending requests when the
	 * application stops.
	 */
	record Approval(@DefaultValue("enforce") Mode mode, @DefaultValue("5m") Duration timeout,
			@DefaultValue("25s") Duration pollTimeout, @DefaultValue("command.review") String artifactType,
			@DefaultValue("" + ApprovalAdvisor.DEFAULT_ORDER) int order, @DefaultValue( {
					"text", "sdk-json", "core" }) Set<SignatureForm> signatureForms,
			@DefaultValue("false") boolean allowInTransaction, @DefaultValue("none") Journal journal,
			@DefaultValue("0") Duration denialCooldown, @DefaultValue("64KB") DataSize maxSize,
			@Nullable Integer maxPending, @DefaultValue Limits limits, @DefaultValue Pause pause,
			@DefaultValue("10s") Duration shutdownTimeout){

		/**
		 * Properties of the limits.
		 *
		 * @param pendingPerGate Maximum number of pending approvals of one guarded
		 * method; by default half of 'airlock.gateway.approval.max-pending'.
		 * @param pendingPerRequester Maximum number of pending approvals of one
		 * requester, or of all callers without a requester together; by default half of
		 * 'airlock.gateway.approval.max-pending'.
		 * @param pendingPerPairing Maximum number of pending approvals for the approvers
		 * of one pairing; by default not limited.
		 * @param duplicates Whether an invocation is refused while equal invocations are
		 * pending; by default 'refuse' in a web application and for durable calls, and
		 * 'allow-one' in others.
		 */
		record Limits(@Nullable Integer pendingPerGate, @Nullable Integer pendingPerRequester,
				@Nullable Integer pendingPerPairing, @Nullable Duplicates duplicates) {

			enum Duplicates {

				REFUSE, ALLOW_ONE, ALLOW

			}

		}

		/**
		 * Properties of the pause.
		 *
		 * @param after Number of denied, undecided or cancelled requests of one guarded
		 * method and requester after which the method is paused; by default it is never
		 * paused.
		 * @param within Period in which these requests are counted.
		 * @param rest Duration of the pause.
		 */
		record Pause(@Nullable Integer after, @DefaultValue("5m") Duration within,
				@Name("for") @DefaultValue("10m") Duration rest) {
		}

		enum Journal {

			NONE, JDBC

		}

		enum Mode {

			ENFORCE, BYPASS

		}

	}

	/**
	 * Properties of the heartbeat.
	 *
	 * @param enabled Whether to send heartbeats.
	 * @param interval Time between heartbeats, at least 1s; approvers see the application
	 * as offline after 90 seconds without one.
	 */
	record Presence(@DefaultValue("true") boolean enabled, @DefaultValue("30s") Duration interval) {
	}

	/**
	 * Properties of the halt of all guarded methods.
	 *
	 * @param store Where a halt is stored: in each instance, or for all instances in a
	 * database; by default 'jdbc' if the journal of approvals or durable calls are in a
	 * database.
	 */
	record Halt(@Nullable Store store) {

		enum Store {

			MEMORY, JDBC

		}

	}

	/**
	 * Properties of the rate limit.
	 *
	 * @param requests Number of requests that the gateway allows for this application
	 * within a period, at least 5.
	 * @param period Period in which the requests are counted.
	 * @param store Where the requests are counted; with 'jdbc', all instances share the
	 * limit in a database.
	 */
	record RateLimit(@DefaultValue("60") int requests, @DefaultValue("60s") Duration period,
			@DefaultValue("local") Store store) {

		RateLimit validated() {
			AirlockConfigurationException.throwIf(this.requests < 5, "airlock.gateway.rate-limit.requests",
					"it is below 5",
					"Set it to the calls that the gateway grants within 'airlock.gateway.rate-limit.period'.");
			AirlockConfigurationException.requirePositive("airlock.gateway.rate-limit.period", this.period);
			return this;
		}

		enum Store {

			LOCAL, JDBC

		}

	}

	/**
	 * Properties of audit events.
	 *
	 * @param evidence Whether audit events contain the evidence of a decision.
	 */
	record Audit(@DefaultValue("false") boolean evidence) {
	}

	/**
	 * Properties of the check of the user's consent.
	 *
	 * @param checkAtStart Whether the user's consent to this application is checked at
	 * start, in the background.
	 */
	record Consent(@DefaultValue("true") boolean checkAtStart) {
	}

	/**
	 * Properties of do-not-disturb policies.
	 *
	 * @param mode Effect of do-not-disturb policies; with 'full', they can approve
	 * without a signature.
	 */
	record Dnd(@DefaultValue("deny-only") DndMode mode) {
	}

	/**
	 * Properties of observations.
	 *
	 * @param propagateTrace Whether requests contain the trace context, in clear text.
	 */
	record Observation(@DefaultValue("true") boolean propagateTrace) {
	}

	/**
	 * Properties of the tables in the application's database.
	 *
	 * @param initializeSchema Whether to create missing tables.
	 */
	record Jdbc(@DefaultValue("embedded") InitializeSchema initializeSchema) {

		enum InitializeSchema {

			ALWAYS, EMBEDDED, NEVER

		}

	}

	/**
	 * Properties of web applications.
	 */
	record Web(@DefaultValue ProblemDetails problemDetails) {

		/**
		 * Properties of the problem details of web requests without an approval.
		 *
		 * @param enabled Whether web requests without an approval get a problem details
		 * response if the application does not handle the exception.
		 * @param includeReason Whether the problem details of a denial contain the
		 * approver's reason.
		 * @param retryAfter Value of 'Retry-After' if approvals cannot be requested, at
		 * least 1s, unless the gateway provides a value.
		 */
		record ProblemDetails(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean includeReason,
				@DefaultValue("30s") Duration retryAfter) {
		}

	}

}
