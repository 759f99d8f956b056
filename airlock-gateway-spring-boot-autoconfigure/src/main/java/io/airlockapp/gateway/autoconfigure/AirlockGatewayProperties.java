package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.approval.interceptor.ApprovalAdvisor;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.policy.DndMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the Airlock gateway. Those that hold secrets don't show them as text.
 *
 * @param baseUrl Base URL of the gateway.
 * @param connectTimeout Time to wait for a connection.
 * @param readTimeout Time to wait for a whole answer; long-polls get it on top of the
 * time they ask for.
 * @param allowInsecureHttp Whether to allow plain HTTP to a gateway that is not on this
 * machine.
 * @param pairings Pairings beside the default one, by name, each with the properties of
 * 'airlock.gateway.pairing'.
 */
@ConfigurationProperties("airlock.gateway")
record AirlockGatewayProperties(@Nullable String baseUrl, @DefaultValue("5s") Duration connectTimeout,
		@DefaultValue("10s") Duration readTimeout, @DefaultValue("false") boolean allowInsecureHttp,
		@DefaultValue Ssl ssl, @DefaultValue Auth auth, @DefaultValue Enforcer enforcer,
		@DefaultValue Workspace workspace, @DefaultValue DefaultPairing pairing,
		@DefaultValue Map<String, Pairing> pairings, @DefaultValue Approval approval, @DefaultValue Presence presence,
		@DefaultValue RateLimit rateLimit, @DefaultValue Audit audit, @DefaultValue Consent consent,
		@DefaultValue Dnd dnd, @DefaultValue Observation observation, @DefaultValue Web web) {

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
	 * @param pat Personal access token that says who the user is.
	 * @param bearerToken Bearer token that says who the user is; not sent if there is a
	 * personal access token.
	 * @param clientId Client id of a registered enforcer application.
	 * @param clientSecret Client secret of a confidential enforcer application.
	 * @param origin Origin of a public enforcer application.
	 * @param clientRegistrationId Spring Security's OAuth client registration whose
	 * access tokens say who the user is.
	 */
	record Auth(@Nullable String pat, @Nullable String bearerToken, @Nullable String clientId,
			@Nullable String clientSecret, @Nullable String origin, @Nullable String clientRegistrationId) {

		@Override
		public String toString() {
			return "Auth";
		}

	}

	/**
	 * Properties of the enforcer.
	 *
	 * @param id Id of this application as an enforcer; by default the application's name.
	 * @param label Name of this application for people; by default the id.
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
	 * @param code Code by which to pair, made in advance on the phone; claimed once.
	 * @param routingToken Routing token of the pairing.
	 * @param encryptionKey Encryption key of the pairing: 32 bytes as base64 or
	 * base64url.
	 * @param signerKeys Ed25519 public keys whose decisions count, by signer key id, as
	 * base64 or base64url.
	 */
	record Pairing(@Nullable String code, @Nullable String routingToken, @Nullable String encryptionKey,
			@DefaultValue Map<String, String> signerKeys) {

		@Override
		public String toString() {
			return "Pairing";
		}

	}

	/**
	 * Properties of the default pairing.
	 *
	 * @param code Code by which to pair, made in advance on the phone; claimed once.
	 * @param routingToken Routing token of the pairing.
	 * @param encryptionKey Encryption key of the pairing: 32 bytes as base64 or
	 * base64url.
	 * @param signerKeys Ed25519 public keys whose decisions count, by signer key id, as
	 * base64 or base64url.
	 * @param pollInterval Time between two questions whether a pairing is completed, from
	 * 1s to 1m.
	 */
	record DefaultPairing(@Nullable String code, @Nullable String routingToken, @Nullable String encryptionKey,
			@DefaultValue Map<String, String> signerKeys, @DefaultValue("4s") Duration pollInterval,
			@DefaultValue Store store) {

		Pairing asPairing() {
			return new Pairing(this.code, this.routingToken, this.encryptionKey, this.signerKeys);
		}

		@Override
		public String toString() {
			return "DefaultPairing";
		}

	}

	/**
	 * Properties of the store for pairings.
	 *
	 * @param type Where pairings are kept.
	 * @param path Directory of a store of type 'file', made if there is none, for the
	 * application's user alone.
	 * @param key Key that encrypts what a store of type 'file' or 'jdbc' keeps: 32 bytes
	 * as base64 or base64url.
	 * @param initializeSchema Whether to create the table of a store of type 'jdbc'.
	 */
	record Store(@DefaultValue("properties") Type type, @Nullable String path, @Nullable String key,
			@DefaultValue("embedded") SchemaInitialization initializeSchema) {

		@Override
		public String toString() {
			return "Store";
		}

		enum Type {

			PROPERTIES, FILE, JDBC

		}

	}

	/**
	 * Properties of approvals.
	 *
	 * @param mode Whether guarded methods wait for approval, or run without it.
	 * @param timeout Time a person has to decide, from 1 second to 7 days.
	 * @param pollTimeout Time the gateway may hold one call for a decision, from 1 to 60
	 * seconds.
	 * @param artifactType Kind of review that is asked for.
	 * @param order Order of the guard among interceptors, by default between
	 * authorization and transactions.
	 * @param signatureForms Forms in which a decision's signature may verify.
	 * @param allowInTransaction Whether guarded methods may be called inside an open
	 * transaction, which then stays open while a person decides.
	 * @param journal Where it is remembered which approvals were used.
	 * @param journalInitializeSchema Whether to create the journal's tables.
	 * @param denialCooldown Time after a person's no in which the same call is denied
	 * without asking again.
	 * @param maxSize Maximum size of the arguments of one call, as JSON; larger calls are
	 * refused.
	 * @param maxPending Number of approvals that may be waited for at the same time; by
	 * default 250, or half of the threads of a servlet web server without virtual threads
	 * if those are fewer.
	 * @param shutdownTimeout Time to wait, when the application stops, for pending
	 * requests to be withdrawn.
	 */
	record Approval(@DefaultValue("enforce") Mode mode, @DefaultValue("5m") Duration timeout,
			@DefaultValue("25s") Duration pollTimeout, @DefaultValue("command.review") String artifactType,
			@DefaultValue("" + ApprovalAdvisor.DEFAULT_ORDER) int order, @DefaultValue( {
					"text", "sdk-json", "core" }) Set<SignatureForm> signatureForms,
			@DefaultValue("false") boolean allowInTransaction, @DefaultValue("none") Journal journal,
			@DefaultValue("embedded") SchemaInitialization journalInitializeSchema,
			@DefaultValue("0") Duration denialCooldown, @DefaultValue("64KB") DataSize maxSize,
			@Nullable Integer maxPending, @DefaultValue Limits limits, @DefaultValue Pause pause,
			@DefaultValue("10s") Duration shutdownTimeout){

		/**
		 * Properties of the limits.
		 *
		 * @param pendingPerGate Number of approvals of one guarded method that may be
		 * waited for at the same time; by default half of
		 * 'airlock.gateway.approval.max-pending'.
		 * @param pendingPerRequester Number of approvals that one known requester may
		 * have waited for at the same time; by default half of
		 * 'airlock.gateway.approval.max-pending'.
		 * @param pendingPerPairing Number of approvals that the approvers of one pairing
		 * may be asked at the same time; by default not limited.
		 * @param duplicates Whether a call is refused while equal calls are waited for;
		 * by default 'refuse' in a web application, and 'allow-one' in others.
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
		 * @param after Number of questions of one guarded method and requester, denied or
		 * not answered, after which the method rests; by default it never does.
		 * @param within Time within which the questions are counted.
		 * @param rest Time for which the method rests.
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

	enum SchemaInitialization {

		EMBEDDED, ALWAYS, NEVER

	}

	/**
	 * Properties of the heartbeat.
	 *
	 * @param enabled Whether to send heartbeats.
	 * @param interval Time between heartbeats, at least 1 second; approvers see the
	 * application offline after 90 seconds without.
	 */
	record Presence(@DefaultValue("true") boolean enabled, @DefaultValue("30s") Duration interval) {
	}

	/**
	 * Properties of the rate limit.
	 *
	 * @param requests Number of calls that the gateway grants this application within a
	 * period, at least 5.
	 * @param period Period within which the calls are counted.
	 */
	record RateLimit(@DefaultValue("60") int requests, @DefaultValue("60s") Duration period) {
	}

	/**
	 * Properties of audit events.
	 *
	 * @param evidence Whether audit events have what proves a decision later.
	 */
	record Audit(@DefaultValue("false") boolean evidence) {
	}

	/**
	 * Properties of the check of the user's consent.
	 *
	 * @param checkAtStart Whether to check at start, in the background, that the user
	 * consented to this application.
	 */
	record Consent(@DefaultValue("true") boolean checkAtStart) {
	}

	/**
	 * Properties of do-not-disturb policies.
	 *
	 * @param mode What do-not-disturb policies may do; with full, they can open the gate
	 * unsigned.
	 */
	record Dnd(@DefaultValue("deny-only") DndMode mode) {
	}

	/**
	 * Properties of observations.
	 *
	 * @param propagateTrace Whether requests tell the gateway, in clear text, which trace
	 * they belong to.
	 */
	record Observation(@DefaultValue("true") boolean propagateTrace) {
	}

	/**
	 * Properties of web applications.
	 */
	record Web(@DefaultValue ProblemDetails problemDetails) {

		/**
		 * Properties of the responses to web requests whose approval was not given.
		 *
		 * @param enabled Whether web requests whose approval was not given are answered
		 * with problem details where the application doesn't handle the exception itself.
		 * @param includeReason Whether the problem details of a denial hold the reason
		 * that the person gave.
		 * @param retryAfter Time after which to try again where nobody can be asked, at
		 * least 1s, unless the gateway says so itself.
		 */
		record ProblemDetails(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean includeReason,
				@DefaultValue("30s") Duration retryAfter) {
		}

	}

}
