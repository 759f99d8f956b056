package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.approval.interceptor.ApprovalAdvisor;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.policy.DndMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the Airlock gateway.
 */
@ConfigurationProperties("airlock.gateway")
class AirlockGatewayProperties {

	/**
	 * Base URL of the gateway.
	 */
	private @Nullable String baseUrl;

	/**
	 * Time to wait for a connection.
	 */
	private Duration connectTimeout = Duration.ofSeconds(5);

	/**
	 * Time to wait for a whole answer; long-polls get it on top of the time they ask for.
	 */
	private Duration readTimeout = Duration.ofSeconds(10);

	/**
	 * Whether to allow plain HTTP to a gateway that is not on this machine.
	 */
	private boolean allowInsecureHttp;

	private final Ssl ssl = new Ssl();

	private final Auth auth = new Auth();

	private final Enforcer enforcer = new Enforcer();

	private final Workspace workspace = new Workspace();

	private final DefaultPairing pairing = new DefaultPairing();

	/**
	 * Pairings beside the default one, by name, each with the properties of
	 * 'airlock.gateway.pairing'.
	 */
	private final Map<String, Pairing> pairings = new LinkedHashMap<>();

	private final Approval approval = new Approval();

	private final Presence presence = new Presence();

	private final RateLimit rateLimit = new RateLimit();

	private final Audit audit = new Audit();

	private final Consent consent = new Consent();

	private final Dnd dnd = new Dnd();

	private final Observation observation = new Observation();

	public @Nullable String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(@Nullable String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Duration getReadTimeout() {
		return this.readTimeout;
	}

	public void setReadTimeout(Duration readTimeout) {
		this.readTimeout = readTimeout;
	}

	public boolean isAllowInsecureHttp() {
		return this.allowInsecureHttp;
	}

	public void setAllowInsecureHttp(boolean allowInsecureHttp) {
		this.allowInsecureHttp = allowInsecureHttp;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Auth getAuth() {
		return this.auth;
	}

	public Enforcer getEnforcer() {
		return this.enforcer;
	}

	public Workspace getWorkspace() {
		return this.workspace;
	}

	public DefaultPairing getPairing() {
		return this.pairing;
	}

	public Map<String, Pairing> getPairings() {
		return this.pairings;
	}

	public Approval getApproval() {
		return this.approval;
	}

	public Presence getPresence() {
		return this.presence;
	}

	public RateLimit getRateLimit() {
		return this.rateLimit;
	}

	public Audit getAudit() {
		return this.audit;
	}

	public Consent getConsent() {
		return this.consent;
	}

	public Dnd getDnd() {
		return this.dnd;
	}

	public Observation getObservation() {
		return this.observation;
	}

	static class Ssl {

		/**
		 * Name of the SSL bundle for connections to the gateway.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

	static class Auth {

		/**
		 * Personal access token that says who the user is.
		 */
		private @Nullable String pat;

		/**
		 * Bearer token that says who the user is; not sent if there is a personal access
		 * token.
		 */
		private @Nullable String bearerToken;

		/**
		 * Client id of a registered enforcer application.
		 */
		private @Nullable String clientId;

		/**
		 * Client secret of a confidential enforcer application.
		 */
		private @Nullable String clientSecret;

		/**
		 * Origin of a public enforcer application.
		 */
		private @Nullable String origin;

		/**
		 * Spring Security's OAuth client registration whose access tokens say who the
		 * user is.
		 */
		private @Nullable String clientRegistrationId;

		public @Nullable String getPat() {
			return this.pat;
		}

		public void setPat(@Nullable String pat) {
			this.pat = pat;
		}

		public @Nullable String getBearerToken() {
			return this.bearerToken;
		}

		public void setBearerToken(@Nullable String bearerToken) {
			this.bearerToken = bearerToken;
		}

		public @Nullable String getClientId() {
			return this.clientId;
		}

		public void setClientId(@Nullable String clientId) {
			this.clientId = clientId;
		}

		public @Nullable String getClientSecret() {
			return this.clientSecret;
		}

		public void setClientSecret(@Nullable String clientSecret) {
			this.clientSecret = clientSecret;
		}

		public @Nullable String getOrigin() {
			return this.origin;
		}

		public void setOrigin(@Nullable String origin) {
			this.origin = origin;
		}

		public @Nullable String getClientRegistrationId() {
			return this.clientRegistrationId;
		}

		public void setClientRegistrationId(@Nullable String clientRegistrationId) {
			this.clientRegistrationId = clientRegistrationId;
		}

	}

	static class Enforcer {

		/**
		 * Id of this application as an enforcer; by default the application's name.
		 */
		private @Nullable String id;

		/**
		 * Name of this application for people; by default the id.
		 */
		private @Nullable String label;

		/**
		 * Id of the device this application runs on; by default the enforcer's id.
		 */
		private @Nullable String deviceId;

		public @Nullable String getId() {
			return this.id;
		}

		public void setId(@Nullable String id) {
			this.id = id;
		}

		public @Nullable String getLabel() {
			return this.label;
		}

		public void setLabel(@Nullable String label) {
			this.label = label;
		}

		public @Nullable String getDeviceId() {
			return this.deviceId;
		}

		public void setDeviceId(@Nullable String deviceId) {
			this.deviceId = deviceId;
		}

	}

	static class Workspace {

		/**
		 * Name of the workspace, shown in the inbox.
		 */
		private String name = "default";

		/**
		 * Name of the repository, shown in the inbox.
		 */
		private String repoName = "";

		public String getName() {
			return this.name;
		}

		public void setName(String name) {
			this.name = name;
		}

		public String getRepoName() {
			return this.repoName;
		}

		public void setRepoName(String repoName) {
			this.repoName = repoName;
		}

	}

	static class Pairing {

		/**
		 * Code by which to pair, made in advance on the phone; claimed once.
		 */
		private @Nullable String code;

		/**
		 * Routing token of the pairing.
		 */
		private @Nullable String routingToken;

		/**
		 * Encryption key of the pairing: 32 bytes as base64 or base64url.
		 */
		private @Nullable String encryptionKey;

		/**
		 * Ed25519 public keys whose decisions count, by signer key id, as base64 or
		 * base64url.
		 */
		private final Map<String, String> signerKeys = new LinkedHashMap<>();

		public @Nullable String getCode() {
			return this.code;
		}

		public void setCode(@Nullable String code) {
			this.code = code;
		}

		public @Nullable String getRoutingToken() {
			return this.routingToken;
		}

		public void setRoutingToken(@Nullable String routingToken) {
			this.routingToken = routingToken;
		}

		public @Nullable String getEncryptionKey() {
			return this.encryptionKey;
		}

		public void setEncryptionKey(@Nullable String encryptionKey) {
			this.encryptionKey = encryptionKey;
		}

		public Map<String, String> getSignerKeys() {
			return this.signerKeys;
		}

	}

	static class DefaultPairing extends Pairing {

		/**
		 * Time between two questions whether a pairing is completed, from 1s to 1m.
		 */
		private Duration pollInterval = Duration.ofSeconds(4);

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

	}

	static class Approval {

		/**
		 * Whether guarded methods wait for approval, or run without it.
		 */
		private Mode mode = Mode.ENFORCE;

		/**
		 * Time a person has to decide, from 1 second to 7 days.
		 */
		private Duration timeout = Duration.ofMinutes(5);

		/**
		 * Time the gateway may hold one call for a decision, from 1 to 60 seconds.
		 */
		private Duration pollTimeout = Duration.ofSeconds(25);

		/**
		 * Kind of review that is asked for.
		 */
		private String artifactType = "command.review";

		/**
		 * Order of the guard among interceptors, by default between authorization and
		 * transactions.
		 */
		private int order = ApprovalAdvisor.DEFAULT_ORDER;

		/**
		 * Forms in which a decision's signature may verify.
		 */
		private Set<SignatureForm> signatureForms = EnumSet.allOf(SignatureForm.class);

		/**
		 * Whether guarded methods may be called inside an open transaction, which then
		 * stays open while a person decides.
		 */
		private boolean allowInTransaction;

		/**
		 * Where it is remembered which approvals were used.
		 */
		private Journal journal = Journal.NONE;

		/**
		 * Whether to create the journal's tables.
		 */
		private SchemaInitialization journalInitializeSchema = SchemaInitialization.EMBEDDED;

		/**
		 * Time after a person's no in which the same call is denied without asking again.
		 */
		private Duration denialCooldown = Duration.ZERO;

		/**
		 * Maximum size of the arguments of one call, as JSON; larger calls are refused.
		 */
		private DataSize maxSize = DataSize.ofKilobytes(64);

		/**
		 * Number of approvals that may be waited for at the same time; by default 250, or
		 * half of the threads of a servlet web server without virtual threads if those
		 * are fewer.
		 */
		private @Nullable Integer maxPending;

		private final Limits limits = new Limits();

		private final Pause pause = new Pause();

		/**
		 * Time to wait, when the application stops, for pending requests to be withdrawn.
		 */
		private Duration shutdownTimeout = Duration.ofSeconds(10);

		public Mode getMode() {
			return this.mode;
		}

		public void setMode(Mode mode) {
			this.mode = mode;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public Duration getPollTimeout() {
			return this.pollTimeout;
		}

		public void setPollTimeout(Duration pollTimeout) {
			this.pollTimeout = pollTimeout;
		}

		public String getArtifactType() {
			return this.artifactType;
		}

		public void setArtifactType(String artifactType) {
			this.artifactType = artifactType;
		}

		public int getOrder() {
			return this.order;
		}

		public void setOrder(int order) {
			this.order = order;
		}

		public Set<SignatureForm> getSignatureForms() {
			return this.signatureForms;
		}

		public void setSignatureForms(Set<SignatureForm> signatureForms) {
			this.signatureForms = signatureForms;
		}

		public boolean isAllowInTransaction() {
			return this.allowInTransaction;
		}

		public void setAllowInTransaction(boolean allowInTransaction) {
			this.allowInTransaction = allowInTransaction;
		}

		public Journal getJournal() {
			return this.journal;
		}

		public void setJournal(Journal journal) {
			this.journal = journal;
		}

		public SchemaInitialization getJournalInitializeSchema() {
			return this.journalInitializeSchema;
		}

		public void setJournalInitializeSchema(SchemaInitialization journalInitializeSchema) {
			this.journalInitializeSchema = journalInitializeSchema;
		}

		public Duration getDenialCooldown() {
			return this.denialCooldown;
		}

		public void setDenialCooldown(Duration denialCooldown) {
			this.denialCooldown = denialCooldown;
		}

		public DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(DataSize maxSize) {
			this.maxSize = maxSize;
		}

		public @Nullable Integer getMaxPending() {
			return this.maxPending;
		}

		public void setMaxPending(@Nullable Integer maxPending) {
			this.maxPending = maxPending;
		}

		public Limits getLimits() {
			return this.limits;
		}

		public Pause getPause() {
			return this.pause;
		}

		public Duration getShutdownTimeout() {
			return this.shutdownTimeout;
		}

		public void setShutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
		}

		static class Limits {

			/**
			 * Number of approvals of one guarded method that may be waited for at the
			 * same time; by default half of 'airlock.gateway.approval.max-pending'.
			 */
			private @Nullable Integer pendingPerGate;

			/**
			 * Number of approvals that one known requester may have waited for at the
			 * same time; by default half of 'airlock.gateway.approval.max-pending'.
			 */
			private @Nullable Integer pendingPerRequester;

			/**
			 * Number of approvals that the approvers of one pairing may be asked at the
			 * same time; by default not limited.
			 */
			private @Nullable Integer pendingPerPairing;

			/**
			 * Whether a call is refused while equal calls are waited for; by default
			 * 'refuse' in a web application, and 'allow-one' in others.
			 */
			private @Nullable Duplicates duplicates;

			public @Nullable Integer getPendingPerGate() {
				return this.pendingPerGate;
			}

			public void setPendingPerGate(@Nullable Integer pendingPerGate) {
				this.pendingPerGate = pendingPerGate;
			}

			public @Nullable Integer getPendingPerRequester() {
				return this.pendingPerRequester;
			}

			public void setPendingPerRequester(@Nullable Integer pendingPerRequester) {
				this.pendingPerRequester = pendingPerRequester;
			}

			public @Nullable Integer getPendingPerPairing() {
				return this.pendingPerPairing;
			}

			public void setPendingPerPairing(@Nullable Integer pendingPerPairing) {
				this.pendingPerPairing = pendingPerPairing;
			}

			public @Nullable Duplicates getDuplicates() {
				return this.duplicates;
			}

			public void setDuplicates(@Nullable Duplicates duplicates) {
				this.duplicates = duplicates;
			}

			enum Duplicates {

				/**
				 * Refuse a call while an equal one is waited for.
				 */
				REFUSE,

				/**
				 * Allow one call beside an equal one, and refuse more.
				 */
				ALLOW_ONE,

				/**
				 * Allow any number of equal calls.
				 */
				ALLOW

			}

		}

		static class Pause {

			/**
			 * Number of questions of one guarded method and requester, denied or not
			 * answered, after which the method rests; by default it never does.
			 */
			private @Nullable Integer after;

			/**
			 * Time within which the questions are counted.
			 */
			private Duration within = Duration.ofMinutes(5);

			/**
			 * Time for which the method rests.
			 */
			@Name("for")
			private Duration rest = Duration.ofMinutes(10);

			public @Nullable Integer getAfter() {
				return this.after;
			}

			public void setAfter(@Nullable Integer after) {
				this.after = after;
			}

			public Duration getWithin() {
				return this.within;
			}

			public void setWithin(Duration within) {
				this.within = within;
			}

			public Duration getRest() {
				return this.rest;
			}

			public void setRest(Duration rest) {
				this.rest = rest;
			}

		}

		enum Journal {

			/**
			 * Nowhere beyond this process.
			 */
			NONE,

			/**
			 * In the application's database, shared by its instances.
			 */
			JDBC

		}

		enum SchemaInitialization {

			/**
			 * In an embedded database only.
			 */
			EMBEDDED,

			/**
			 * Always, if they are missing.
			 */
			ALWAYS,

			/**
			 * Never.
			 */
			NEVER

		}

		enum Mode {

			/**
			 * Guarded methods wait for approval.
			 */
			ENFORCE,

			/**
			 * Guarded methods run without approval.
			 */
			BYPASS

		}

	}

	static class Presence {

		/**
		 * Whether to send heartbeats.
		 */
		private boolean enabled = true;

		/**
		 * Time between heartbeats, at least 1 second; approvers see the application
		 * offline after 90 seconds without.
		 */
		private Duration interval = Duration.ofSeconds(30);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

	}

	static class RateLimit {

		/**
		 * Number of calls that the gateway grants this application within a period, at
		 * least 5.
		 */
		private int requests = 60;

		/**
		 * Period within which the calls are counted.
		 */
		private Duration period = Duration.ofSeconds(60);

		public int getRequests() {
			return this.requests;
		}

		public void setRequests(int requests) {
			this.requests = requests;
		}

		public Duration getPeriod() {
			return this.period;
		}

		public void setPeriod(Duration period) {
			this.period = period;
		}

	}

	static class Audit {

		/**
		 * Whether audit events have what proves a decision later.
		 */
		private boolean evidence;

		public boolean isEvidence() {
			return this.evidence;
		}

		public void setEvidence(boolean evidence) {
			this.evidence = evidence;
		}

	}

	static class Consent {

		/**
		 * Whether to check at start, in the background, that the user consented to this
		 * application.
		 */
		private boolean checkAtStart = true;

		public boolean isCheckAtStart() {
			return this.checkAtStart;
		}

		public void setCheckAtStart(boolean checkAtStart) {
			this.checkAtStart = checkAtStart;
		}

	}

	static class Dnd {

		/**
		 * What do-not-disturb policies may do; with full, they can open the gate
		 * unsigned.
		 */
		private DndMode mode = DndMode.DENY_ONLY;

		public DndMode getMode() {
			return this.mode;
		}

		public void setMode(DndMode mode) {
			this.mode = mode;
		}

	}

	static class Observation {

		/**
		 * Whether requests tell the gateway, in clear text, which trace they belong to.
		 */
		private boolean propagateTrace = true;

		public boolean isPropagateTrace() {
			return this.propagateTrace;
		}

		public void setPropagateTrace(boolean propagateTrace) {
			this.propagateTrace = propagateTrace;
		}

	}

}
