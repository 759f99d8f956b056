/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayAvailability;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.auth.AccessTokens;
import io.airlockapp.gateway.auth.IdentityInterceptor;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Journal;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.RateLimit.Store;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayApiFactory;
import io.airlockapp.gateway.client.AirlockGatewayRestClientCustomizer;
import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestBudget;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalTaskExecutor;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltStore;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.observation.GatewayRequestObservationConvention;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.JdkHttpClientBuilder;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.web.client.RestClient;

/**
 * Auto-configuration for the Airlock gateway's client.
 */
@AutoConfiguration(
		after = { HttpClientAutoConfiguration.class, RestClientAutoConfiguration.class, SslAutoConfiguration.class })
@ConditionalOnClass(RestClient.class)
@ConditionalOnBooleanProperty(name = "airlock.gateway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AirlockGatewayProperties.class)
@Import(ApprovalTaskExecutorConfiguration.class)
public final class AirlockGatewayAutoConfiguration {

	static final String DEFAULT_NAME = "spring-boot";

	@Bean
	@ConditionalOnMissingBean
	AirlockGatewayConnectionDetails airlockGatewayConnectionDetails(AirlockGatewayProperties properties,
			ObjectProvider<SslBundles> sslBundles, ListableBeanFactory beanFactory) {
		// Look at bean definitions only, since a token source may need the connection
		// details
		boolean hasTokens = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, AccessTokenSource.class,
				true, false).length > 0;
		return new PropertiesConnectionDetails(properties, sslBundles.getIfAvailable(), hasTokens);
	}

	@Bean(defaultCandidate = false)
	@ConditionalOnMissingBean(name = "airlockGatewayRequestFactory")
	GatewayRequestFactory airlockGatewayRequestFactory(AirlockGatewayProperties properties,
			AirlockGatewayConnectionDetails connectionDetails, ObjectProvider<HttpClientSettings> httpClientSettings) {
		HttpClientSettings settings = httpClientSettings.getIfAvailable(HttpClientSettings::defaults)
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withConnectTimeout(null)
			.withReadTimeout(null);
		// Over HTTP/2, the JDK's client immediately fails requests that exceed the
		// server's stream limit
		JdkHttpClientBuilder builder = new JdkHttpClientBuilder()
			.withCustomizer((client) -> client.version(HttpClient.Version.HTTP_1_1));
		GatewayRequestFactory requestFactory = new GatewayRequestFactory(
				(executor) -> builder.withExecutor(executor).build(withSslBundle(settings, connectionDetails)),
				AirlockConfigurationException.requirePositive("airlock.gateway.connect-timeout",
						properties.connectTimeout()),
				AirlockConfigurationException.requirePositive("airlock.gateway.read-timeout",
						properties.readTimeout()));
		if (connectionDetails instanceof PropertiesConnectionDetails details) {
			details.onSslBundleUpdate(requestFactory::renew);
		}
		return requestFactory;
	}

	private static HttpClientSettings withSslBundle(HttpClientSettings settings,
			AirlockGatewayConnectionDetails connectionDetails) {
		SslBundle sslBundle = connectionDetails.getSslBundle();
		return (sslBundle != null) ? settings.withSslBundle(sslBundle) : settings;
	}

	@Bean
	@ConditionalOnMissingBean
	AccessTokens airlockAccessTokens(AirlockGatewayProperties properties,
			AirlockGatewayConnectionDetails connectionDetails, ObjectProvider<AccessTokenSource> tokens) {
		return new AccessTokens(connectionDetails.getCredentials(), tokens.getIfAvailable(),
				properties.connectTimeout().plus(properties.readTimeout()), Ticker.system());
	}

	@Bean
	@ConditionalOnMissingBean
	AirlockGatewayApi airlockGatewayApi(AirlockGatewayConnectionDetails connectionDetails,
			@Qualifier("airlockGatewayRequestFactory") GatewayRequestFactory requestFactory,
			ObjectProvider<RestClientCustomizer> customizers,
			ObjectProvider<AirlockGatewayRestClientCustomizer> gatewayCustomizers,
			ObjectProvider<GatewayRequestObservationConvention> observationConvention, AccessTokens tokens) {
		return AirlockGatewayApiFactory.create(connectionDetails.getBaseUrl(), requestFactory, (customized) -> {
			ApplicationRestClientCustomizers.apply(customizers, customized);
			gatewayCustomizers.orderedStream().forEach((customizer) -> customizer.customize(customized));
		}, (own) -> own
			.observationConvention(observationConvention.getIfAvailable(GatewayRequestObservationConvention::new))
			.requestInterceptor(new IdentityInterceptor(connectionDetails.getBaseUrl(),
					connectionDetails.getCredentials(), tokens)));
	}

	@Bean
	@ConditionalOnMissingBean
	Enforcer airlockEnforcer(AirlockGatewayProperties properties, Environment environment) {
		String applicationName = textOr(environment.getProperty("spring.application.name"), DEFAULT_NAME);
		AirlockGatewayProperties.Enforcer enforcer = properties.enforcer();
		String id = textOr(enforcer.id(), applicationName);
		AirlockGatewayProperties.Workspace workspace = properties.workspace();
		AirlockConfigurationException.throwIf(workspace.name().isBlank(), "airlock.gateway.workspace.name",
				"it is blank", "Set it to the workspace's name, or remove the property.");
		return new Enforcer(id, textOr(enforcer.label(), id), textOr(enforcer.deviceId(), id), workspace.name(),
				workspace.repoName(), applicationName);
	}

	@Bean
	@ConditionalOnMissingBean(PairingSource.class)
	ManagedPairingSource airlockPairingSource(ObjectProvider<PairingStore> store,
			AirlockGatewayConnectionDetails connectionDetails, PendingApprovals pending,
			ApplicationEventPublisher publisher) {
		return new ManagedPairingSource(store.getIfAvailable(ReadOnlyPairingStore::new), connectionDetails::getPairings,
				pending::pairingRevoked, publisher::publishEvent, InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	ReplayJournal airlockReplayJournal() {
		return new InMemoryReplayJournal();
	}

	@Bean
	@ConditionalOnMissingBean
	DecisionVerifier airlockDecisionVerifier(AirlockGatewayProperties properties, ReplayJournal journal) {
		Set<SignatureForm> forms = properties.approval().signatureForms();
		// A blank is bound as an element that is null
		AirlockConfigurationException.throwIf(forms.isEmpty() || forms.stream().anyMatch(Objects::isNull),
				"airlock.gateway.approval.signature-forms", "it is empty or has a blank element",
				"Name at least one of 'text', 'sdk-json' and 'core', or remove the property to accept all.");
		return new DecisionVerifier(forms, journal, InstantSource.system());
	}

	@Bean
	@ConditionalOnMissingBean
	Halt airlockHalt(AirlockGatewayProperties properties, ObjectProvider<HaltStore> store,
			ApplicationEventPublisher publisher) {
		HaltStore shared = store.getIfAvailable();
		throwIfWithoutJdbc(shared == null && properties.halt().store() == AirlockGatewayProperties.Halt.Store.JDBC,
				"airlock.gateway.halt.store");
		Halt halt = (shared != null) ? new Halt(shared, InstantSource.system(), Ticker.system()) : Halt.inMemory();
		halt.addSlowListener(publisher::publishEvent);
		return halt;
	}

	@Bean
	@ConditionalOnMissingBean
	PendingApprovals airlockPendingApprovals(AirlockGatewayProperties properties, ApplicationContext context,
			Halt halt) {
		return new PendingApprovals(new PendingLimitsFactory(context).create(properties.approval()),
				properties.approval().shutdownTimeout(), halt);
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayRateLimiter airlockRateLimiter(AirlockGatewayProperties properties, ObjectProvider<RequestBudget> budget) {
		AirlockGatewayProperties.RateLimit rateLimit = properties.rateLimit().validated();
		RequestBudget sharedBudget = budget.getIfAvailable();
		throwIfWithoutJdbc(sharedBudget == null && rateLimit.store() == Store.JDBC, "airlock.gateway.rate-limit.store");
		return new GatewayRateLimiter(rateLimit.requests(), rateLimit.period(), Ticker.system(), sharedBudget);
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayAvailability airlockGatewayAvailability() {
		return new GatewayAvailability(InstantSource.system(), Ticker.system());
	}

	@Bean
	@ConditionalOnMissingBean
	ApprovalJournal airlockApprovalJournal(AirlockGatewayProperties properties,
			ObjectProvider<ReplayJournal> replayJournals) {
		boolean jdbc = properties.approval().journal() == Journal.JDBC;
		String property = "airlock.gateway.approval.journal";
		AirlockConfigurationException.throwIf(
				jdbc && replayJournals.stream().anyMatch((journal) -> !(journal instanceof InMemoryReplayJournal)),
				property, "it is 'jdbc', but the application defines a ReplayJournal bean",
				"Define an ApprovalJournal bean as well, or remove the property.");
		throwIfWithoutJdbc(jdbc, property);
		return ApprovalJournal.none();
	}

	@Bean(defaultCandidate = false)
	@ConditionalOnMissingBean(name = "airlockApprovalDependencies")
	ApprovalDependencies airlockApprovalDependencies(AirlockGatewayProperties properties, Enforcer enforcer,
			PairingSource pairingSource, DecisionVerifier verifier, PendingApprovals pending,
			GatewayRateLimiter rateLimiter, AccessTokens accessTokens, GatewayAvailability availability,
			ApprovalJournal journal, ObjectProvider<ApprovalListener> listeners, ApprovalTaskExecutor threads,
			ObjectProvider<AccessTokenSource> tokens, ObjectProvider<ApproverGroups> approvers,
			BeanFactory beanFactory) {
		ObjectProvider<RequesterSource> requesters = beanFactory.getBeanProvider(RequesterSource.class);
		AccessTokenSource source = tokens.getIfAvailable(() -> AccessTokenSource.of(null));
		return new ApprovalDependencies(enforcer, settings(properties.approval()), pairingSource, verifier, pending,
				new GatewayRequestExecutor(rateLimiter).recordedBy(availability).identifiedBy(accessTokens), journal,
				ApprovalListener.of(listeners.orderedStream().toList()), threads.executor(), source::bindToUser,
				() -> findRequester(requesters.getIfAvailable()), InstantSource.system(), Ticker.system(),
				() -> ThreadLocalRandom.current().nextLong(), approvers.getIfAvailable(ApproverGroups::none));
	}

	@Bean
	@ConditionalOnMissingBean(AirlockGatewayOperations.class)
	AirlockGatewayTemplate airlockGatewayTemplate(AirlockGatewayApi api,
			@Qualifier("airlockApprovalDependencies") ApprovalDependencies dependencies) {
		return dependencies.createTemplate(api);
	}

	private static @Nullable String findRequester(@Nullable RequesterSource source) {
		return (source != null) ? source.findRequester() : null;
	}

	private static ApprovalSettings settings(AirlockGatewayProperties.Approval approval) {
		String prefix = "airlock.gateway.approval.";
		AirlockConfigurationException.throwIf(approval.artifactType().isBlank(), prefix + "artifact-type",
				"it is blank", "Set it to a kind of review such as 'command.review', or remove the property.");
		return new ApprovalSettings(
				AirlockConfigurationException.requireInRange(prefix + "timeout", approval.timeout(),
						Duration.ofSeconds(1), ApprovalSettings.MAX_TIMEOUT),
				AirlockConfigurationException.requireInRange(prefix + "poll-timeout", approval.pollTimeout(),
						Duration.ofSeconds(1), ApprovalSettings.MAX_HOLD),
				approval.artifactType());
	}

	private static void throwIfWithoutJdbc(boolean jdbc, String property) {
		AirlockConfigurationException.throwIf(jdbc, property, "it is 'jdbc', but there is no JDBC support",
				"Add 'spring-boot-starter-jdbc' and a DataSource, or remove the property.");
	}

	private static String textOr(@Nullable String text, String fallback) {
		return StringUtils.hasText(text) ? text : fallback;
	}

}
