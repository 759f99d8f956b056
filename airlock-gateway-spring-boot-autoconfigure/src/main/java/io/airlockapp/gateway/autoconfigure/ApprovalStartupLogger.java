package io.airlockapp.gateway.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier;
import io.airlockapp.gateway.auth.AccessTokenSource;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Mode;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.store.ReadOnlyPairingStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.NativeDetector;
import org.springframework.core.env.Environment;

/**
 * {@link ApplicationListener} that logs one line about the guard of a context after the
 * context has started, and a warning if approvals cannot be requested. Pairings of a
 * store are read in the background.
 */
final class ApprovalStartupLogger implements ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(ApprovalStartupLogger.class);

	private final ApplicationContext context;

	private final ApprovalGuardVerifier guards;

	private final AirlockGatewayProperties properties;

	ApprovalStartupLogger(ApplicationContext context, ApprovalGuardVerifier guards,
			AirlockGatewayProperties properties) {
		this.context = context;
		this.guards = guards;
		this.properties = properties;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context) {
			return;
		}
		try {
			int count = this.guards.countGuardedMethods();
			if (count > 0 || !isReportedByParent()) {
				log(count);
			}
		}
		catch (RuntimeException | Error ex) {
			logger.warn("The state of the guard can't be determined: " + AirlockGatewayException.safeMessage(ex));
		}
	}

	private boolean isReportedByParent() {
		ApplicationContext parent = this.context.getParent();
		return parent != null && parent.getBeanProvider(ApprovalStartupLogger.class).stream().findAny().isPresent();
	}

	private boolean hasIdentity(AirlockGatewayConnectionDetails details) {
		return !details.getCredentials().isEmpty() || find(AccessTokenSource.class) != null;
	}

	private boolean readsStore() {
		PairingStore store = find(PairingStore.class);
		PairingSource source = find(PairingSource.class);
		return (store != null && !(store instanceof ReadOnlyPairingStore))
				|| (source != null && !(source instanceof ManagedPairingSource));
	}

	private void log(int count) {
		String guarded = count + ((count == 1) ? " guarded method" : " guarded methods");
		Enforcer enforcer = find(Enforcer.class);
		AirlockGatewayConnectionDetails details = find(AirlockGatewayConnectionDetails.class);
		PairingSource pairings = find(PairingSource.class);
		if (this.properties.approval().mode() == Mode.BYPASS) {
			logger.info(guarded + ", without approval ('airlock.gateway.approval.mode' is 'bypass')");
		}
		else if (enforcer == null || details == null || pairings == null || find(AirlockGatewayApi.class) == null) {
			Environment environment = this.context.getEnvironment();
			boolean disabled = !environment.getProperty("airlock.gateway.enabled", Boolean.class, true);
			logger.info(guarded + ", all denied ("
					+ (disabled ? "'airlock.gateway.enabled' is 'false'" : "there is no client of the gateway") + ")");
			warn(count, AirlockApprovalAutoConfiguration.findObstacle(environment));
		}
		else if (readsStore()) {
			// Not an executor of the context, which would abort the task with a stack
			// trace on close
			inBackground(() -> logPaired(count, guarded, enforcer, details, pairings));
		}
		else {
			logPaired(count, guarded, enforcer, details, pairings);
		}
	}

	private static void inBackground(Runnable task) {
		Thread thread = new Thread(task, "airlock-start");
		thread.setDaemon(true);
		thread.start();
	}

	private void logPaired(int count, String guarded, Enforcer enforcer, AirlockGatewayConnectionDetails details,
			PairingSource pairings) {
		List<String> paired = new ArrayList<>();
		String problem;
		boolean underWay = false;
		try {
			for (String name : names(details)) {
				Pairing pairing = pairings.getPairing(name);
				if (pairing != null) {
					paired.add(describe(name, pairing));
				}
			}
			problem = paired.isEmpty() ? pairings.findProblem() : null;
			underWay = problem != null && hasIdentity(details) && isPairingUnderWay();
		}
		catch (RuntimeException | Error ex) {
			problem = AirlockGatewayException.safeMessage(ex);
		}
		if (this.context instanceof ConfigurableApplicationContext configurable && !configurable.isActive()) {
			return;
		}
		logger.info("%s, %s, enforcer '%s', gateway %s".formatted(guarded,
				paired.isEmpty() ? "not paired" : "paired " + String.join(" and ", paired), enforcer.id(),
				origin(details.getBaseUrl())));
		if (!hasIdentity(details)) {
			String missing = "there are no credentials: set 'airlock.gateway.auth.pat'";
			problem = (problem != null) ? problem + ". And " + missing : missing;
		}
		if (problem != null && underWay) {
			logger.info(problem);
		}
		else if (problem != null) {
			warn(count, "Approvals can't be requested: " + problem);
		}
		if (!paired.isEmpty() && !NativeDetector.inNativeImage()) {
			inBackground(this::logClassesWithoutBean);
		}
		if (hasIdentity(details) && enforcer.id().equals(AirlockGatewayAutoConfiguration.DEFAULT_NAME)) {
			logger.warn(
					"The gateway identifies this application as '%s', like every other application without a name: set "
						.formatted(enforcer.id()) + "'airlock.gateway.enforcer.id' or 'spring.application.name'");
		}
	}

	private void logClassesWithoutBean() {
		try {
			if (this.context.getAutowireCapableBeanFactory() instanceof ConfigurableListableBeanFactory beanFactory) {
				Set<String> classes = new ClassesWithoutBean(beanFactory).find();
				if (!classes.isEmpty()) {
					logger.warn(
							("@RequiresAirlockApproval has no effect in %s: no bean is of such a class, so the methods run "
									+ "without approval. Make the objects beans, or remove the annotation")
								.formatted(String.join(", ", classes)));
				}
			}
		}
		catch (IOException | RuntimeException | LinkageError ex) {
			// Only a hint, and the context may be closed in the meantime
			logger.debug("The classes of the application cannot be searched", ex);
		}
	}

	/**
	 * Return whether the default pairing is being completed, by a code in the properties
	 * or by a person at the phone.
	 */
	private boolean isPairingUnderWay() {
		PairingManager manager = find(PairingManager.class);
		if (manager == null) {
			return false;
		}
		PairingInfo info = manager.getStatus(Pairing.DEFAULT_NAME);
		return info.problem() == null && (info.pendingUntil() != null || this.properties.pairing().code() != null);
	}

	private static void warn(int count, String problem) {
		if (count > 0) {
			logger.warn(problem);
		}
	}

	private Set<String> names(AirlockGatewayConnectionDetails details) {
		Set<String> names = new LinkedHashSet<>();
		names.add(Pairing.DEFAULT_NAME);
		names.addAll(details.getPairings().keySet());
		names.addAll(this.properties.pairings().keySet());
		return names;
	}

	private static String describe(String name, Pairing pairing) {
		return "'%s' (fingerprint %s)".formatted(name,
				pairing.signerKeys().stream().map(SignerKey::fingerprint).collect(Collectors.joining(", ")));
	}

	private static String origin(URI baseUrl) {
		return baseUrl.getScheme() + "://" + baseUrl.getHost()
				+ ((baseUrl.getPort() != -1) ? ":" + baseUrl.getPort() : "");
	}

	private <T> @Nullable T find(Class<T> type) {
		return this.context.getBeanProvider(type).getIfAvailable();
	}

}
