package io.airlockapp.gateway.approval;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Guards the annotated method: a call runs only after a person approved exactly this
 * call, on another device, with a signature that this application verified.
 * <p>
 * It can be placed on a method, on a type (then it applies to all its methods that others
 * can call), on an interface, and on another annotation. As with all proxies, a call from
 * within the same object is not guarded. A call that is not approved ends with one of the
 * exceptions under {@link io.airlockapp.gateway.AirlockGatewayException}.
 * <p>
 * The caller waits, unless the method returns a
 * {@link java.util.concurrent.CompletableFuture} or a reactive type such as {@code Mono}:
 * then the future or publisher is returned at once, and each subscription is a call of
 * its own.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RequiresAirlockApproval {

	/**
	 * What the approver's inbox shows. It is sent in clear text, so it never holds an
	 * argument's value. Placeholders are resolved. By default the class and method.
	 * @return the label
	 */
	String value() default "";

	/**
	 * What the person reads, as a template with arguments and parts of them in
	 * <code>#{}</code>, such as <code>"Refund #{#amount} for order #{#order.id}"</code>.
	 * It is encrypted. It shows what is approved and computes nothing: anything else,
	 * such as a method call, fails the start. What is {@link AirlockSensitive} is masked.
	 * @return the template
	 */
	String description() default "";

	/**
	 * What kind of review is asked for. Placeholders are resolved. By default
	 * {@code airlock.gateway.approval.artifact-type}.
	 * @return the artifact type
	 */
	String artifactType() default "";

	/**
	 * How long the person has to decide, such as {@code "2m"}. Placeholders are resolved.
	 * By default {@code airlock.gateway.approval.timeout}.
	 * @return the timeout
	 */
	String timeout() default "";

	/**
	 * A SpEL expression, such as {@code "#amount > 100"}; when it is {@code false}, the
	 * call needs no approval. Whatever is not clearly {@code false} asks: a comparison
	 * with {@code null}, NaN or a value of another type, a missing key, and arguments
	 * that are not the same when they are read again. Numbers are compared and calculated
	 * with exactly. It may be evaluated several times for one call. Of SpEL, it has
	 * parameters, beans, properties, methods, elements, constants, comparisons, logic and
	 * arithmetic; with anything else, and with the name of no parameter, the application
	 * does not start.
	 * @return the condition
	 */
	String condition() default "";

	/**
	 * Whose approvers are asked: the name of a pairing. Placeholders are resolved. By
	 * default the default pairing.
	 * @return the pairing's name
	 */
	String pairing() default "";

	/**
	 * Whether the method may be called inside an open transaction, which is then kept
	 * open while a person decides. By default such a call is refused, unless
	 * {@code airlock.gateway.approval.allow-in-transaction} is set.
	 * @return whether to ask inside an open transaction
	 */
	boolean allowInTransaction() default false;

	/**
	 * Whether a call that is too long to be shown to a person may be shown in part: with
	 * the beginning and the end of long texts, the length and the digest of what is left
	 * out, and a first line that says so. By default such a call is refused.
	 * @return whether parts of long texts may be left out
	 */
	boolean abridge() default false;

}
